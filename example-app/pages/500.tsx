import { NothingOnTheWire } from '../components/nothing-on-the-wire.tsx'
import { PageTitle } from '../components/page-title.tsx'

export default function ServerErrorPage() {
  return (
    <>
      <PageTitle>Nothing on the wire</PageTitle>
      <NothingOnTheWire />
    </>
  )
}
