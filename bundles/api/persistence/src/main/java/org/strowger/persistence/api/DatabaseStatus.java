package org.strowger.persistence.api;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What database runs where.
 *
 * @param embedded whether the switch started it itself
 * @param address where it listens, {@code host:port}, or the operator's JDBC URL without its parameters
 * @param version the server's version, {@code "18.6"}; empty before the first connection
 * @param folder where an embedded database keeps its data
 * @param runsAs the user an embedded database runs under, in words fit for the start's summary
 * @param answering whether it answered last time somebody asked
 */
public record DatabaseStatus(
    boolean embedded, String address, String version, Optional<Path> folder, Optional<String> runsAs, boolean answering) {}
