const WIDTHS = [320, 640, 1080]

export function Card({ id, title, author, publishedAt, minutes, paragraphs }) {
  const image = (width) => `/covers/${id}-${width}.webp?v=${minutes}`
  return (
    <article id={id} className="card card--story">
      <a href={`/stories/${id}`} className="card__link">
        <img
          src={image(640)}
          srcSet={WIDTHS.map((width) => `${image(width)} ${width}w`).join(', ')}
          alt={title}
          width={640}
          height={360}
          loading="lazy"
        />
        <h2 className="card__title">{title}</h2>
      </a>
      <p className="card__byline">
        {author}, <time dateTime={publishedAt}>{publishedAt.slice(0, 10)}</time>, {minutes} min
      </p>
      {paragraphs.map((paragraph) => (
        <p key={paragraph} className="card__text">
          {paragraph}
        </p>
      ))}
    </article>
  )
}
