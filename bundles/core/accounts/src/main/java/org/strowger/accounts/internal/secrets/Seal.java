package org.strowger.accounts.internal.secrets;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.strowger.kernel.AccountId;
import org.strowger.kernel.ErrorCode;
import org.strowger.kernel.StrowgerException;

/**
 * VoIP secrets sealed with AES-256-GCM. Sealed: form (1 byte), length and id of the key, nonce (12),
 * ciphertext with tag. The account's id is authenticated with it: what was sealed for one account does
 * not open for another. Threads: any.
 */
public final class Seal {

  private static final byte FORM = 1;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final KeyRing keys;

  public Seal(KeyRing keys) {
    this.keys = keys;
  }

  public byte[] close(AccountId account, VoipSecret secret) {
    KeyRing.Key key = keys.current();
    byte[] id = key.id().getBytes(StandardCharsets.US_ASCII);
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    byte[] header = ByteBuffer.allocate(2 + id.length).put(FORM).put((byte) id.length).put(id).array();
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key.secret(), nonce, associated(account, header), plain(secret));
    return ByteBuffer.allocate(header.length + NONCE + sealed.length).put(header).put(nonce).put(sealed).array();
  }

  /** @throws StrowgerException UNAVAILABLE if the key is missing or the text was changed or moved */
  public VoipSecret open(AccountId account, byte[] sealed) {
    var in = ByteBuffer.wrap(sealed);
    if (sealed.length < 2 + NONCE || in.get() != FORM || 2 + sealed[1] + NONCE + TAG_BITS / 8 > sealed.length || sealed[1] < 1) {
      throw broken(account);
    }
    byte[] header = new byte[2 + in.get()];
    in.get(0, header);
    in.position(header.length);
    byte[] nonce = new byte[NONCE];
    in.get(nonce);
    byte[] text = new byte[in.remaining()];
    in.get(text);
    SecretKey key = keys.secret(keyOf(sealed));
    return secret(crypt(Cipher.DECRYPT_MODE, key, nonce, associated(account, header), text));
  }

  /** The id of the key that opens it. */
  public static String keyOf(byte[] sealed) {
    return new String(sealed, 2, sealed[1], StandardCharsets.US_ASCII);
  }

  private static byte[] crypt(int mode, SecretKey key, byte[] nonce, byte[] associated, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(associated);
      return cipher.doFinal(text);
    } catch (AEADBadTagException e) {
      throw broken(new AccountId(ByteBuffer.wrap(associated).getInt()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not work in this Java", e);
    }
  }

  private static StrowgerException broken(AccountId account) {
    return new StrowgerException(ErrorCode.UNAVAILABLE,
        "the sealed VoIP password of account " + account + " does not open: it was damaged, or keys/ is of another instance; set a new password");
  }

  private static byte[] associated(AccountId account, byte[] header) {
    return ByteBuffer.allocate(4 + header.length).putInt(account.value()).put(header).array();
  }

  private static byte[] plain(VoipSecret secret) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(secret.login());
      out.writeUTF(secret.realm());
      out.writeUTF(secret.password());
      out.writeUTF(secret.ha1Md5());
      out.writeUTF(secret.ha1Sha256());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static VoipSecret secret(byte[] plain) {
    try (var in = new DataInputStream(new ByteArrayInputStream(plain))) {
      return new VoipSecret(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
