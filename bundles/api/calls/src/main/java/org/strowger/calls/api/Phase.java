package org.strowger.calls.api;

/** When a policy is asked; house plan §4. In order. */
public enum Phase {
  /** Who is calling; spec C.1. */
  IDENTIFY,
  /** Numbers and codes: from what was dialled to what is routed and rated. */
  TRANSLATE,
  /** May this call be: limits, loops, lists, anonymity. Asked for the caller, and again for each on-net callee. */
  SCREEN,
  /** Where can it go: legs, in the order they are to be tried. */
  ROUTE,
  /** A leg is about to be tried: numbers, identity, privacy, codecs and media as this peer gets them. */
  PRESENT,
  /** A leg failed or timed out: more legs, a diversion, an application, or stop hunting. */
  RECOVER
}
