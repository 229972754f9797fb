// One file, because these tests do little but wait: as one they wait together, five at a time. Longest first.
import './auto-scaling.ts'
import './fleets.ts'
import './blue-green.ts'
import './crash.ts'
import './hostile.ts'
import './outside.ts'
import './trouble.ts'
import './refusals.ts'
