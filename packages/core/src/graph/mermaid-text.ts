/**
 * Mermaid text: any text as a line of a label that Mermaid shows as it is.
 *
 * Labels stand in quotes, but Mermaid looks into them: for quotes, entities, HTML, Markdown, links, icons, formulas and directives. So
 * every sign that could mean something is written as an entity; letters, digits and a few harmless signs stay, as people read the source
 * too.
 */

/** The text as Mermaid reads it: its characters and no others, whatever they are; a space where there are none. */
export function mermaidText(text: string): string {
  return (text === '' ? ' ' : text)
    .replace(/[^\p{L}\p{N} ,.=/()-]/gu, entity)
    .replace(/(?<!\d)\.|\.(?!\d)/g, entity) // a list, as in "1. ", or a link, as in "www."
    .replace(/^[-= ]/, entity) // a list, a heading, code
    .replace(/(?<=^\d+)\)/, entity) // a list
}

// By number: Mermaid takes "#", digits and ";" for the character, and shows a line break or half of a pair as HTML does.
function entity(character: string): string {
  return `#${character.codePointAt(0)};`
}
