export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        {/* No request for one that is not there, which is an error in the browser's console. */}
        <link rel="icon" href="data:," />
      </head>
      <body>{children}</body>
    </html>
  )
}
