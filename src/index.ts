/** What the two entries run: one bundle for both, since nearly all of it is the same. */
export { main } from './main.ts'
export { post } from './post.ts'
