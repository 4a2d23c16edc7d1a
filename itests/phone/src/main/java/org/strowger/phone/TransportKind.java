package org.strowger.phone;

/** How the phone talks; one transport per phone. */
public enum TransportKind {
  UDP, TCP
}
