package org.strowger.routing.internal.secrets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.strowger.kernel.CarrierId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;

/**
 * Carrier passwords sealed with AES-256-GCM: form (1 byte), nonce (12), ciphertext with tag. The carrier's
 * id is authenticated with it: what was sealed for one does not open for another. Threads: any.
 */
public final class PasswordSeal {

  private static final byte FORM = 1;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final CarrierKey key;

  public PasswordSeal(CarrierKey key) {
    this.key = key;
  }

  public byte[] close(CarrierId carrier, String password) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key.orNew(), carrier, nonce, password.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(1 + NONCE + sealed.length).put(FORM).put(nonce).put(sealed).array();
  }

  /** @throws StrowgerException UNAVAILABLE if the key is missing, is another one, or the text was changed or moved */
  public String open(CarrierId carrier, byte[] sealed) {
    if (sealed.length <= 1 + NONCE || sealed[0] != FORM) {
      throw broken(carrier);
    }
    var in = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
    byte[] nonce = new byte[NONCE];
    in.get(nonce);
    byte[] text = new byte[in.remaining()];
    in.get(text);
    return new String(crypt(Cipher.DECRYPT_MODE, key.existing(), carrier, nonce, text), StandardCharsets.UTF_8);
  }

  private static byte[] crypt(int mode, SecretKey key, CarrierId carrier, byte[] nonce, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(ByteBuffer.allocate(5).put(FORM).putInt(carrier.value()).flip());
      return cipher.doFinal(text);
    } catch (AEADBadTagException e) {
      throw broken(carrier);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not work in this Java", e);
    }
  }

  private static StrowgerException broken(CarrierId carrier) {
    return new StrowgerException(ErrorCode.UNAVAILABLE,
        "the sealed password of carrier " + carrier + " does not open: it was damaged, or keys/ is of another instance; set the password again");
  }
}
