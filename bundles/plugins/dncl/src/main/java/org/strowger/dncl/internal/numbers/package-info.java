/** Lists of numbers: how they are read, and how they are kept. */
package org.strowger.dncl.internal.numbers;
