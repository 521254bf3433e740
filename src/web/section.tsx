import type { ComponentChildren, JSX } from "preact";

interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** One or two sentences on what is seen. */
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the page with its heading. */
export function Section({ id, title, lead, children }: SectionProps): JSX.Element {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead === undefined ? null : <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}
