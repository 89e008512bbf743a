import Image from 'next/image'

export default function PhotoPage() {
  return <Image src="/photo.png" alt="A gradient" width={64} height={64} loading="eager" />
}
