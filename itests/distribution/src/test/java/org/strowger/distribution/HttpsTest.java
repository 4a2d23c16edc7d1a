package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** REST over TLS with a key store the operator gives, as docs/operating.md says. */
class HttpsTest {

  private static final String SETTINGS = "etc/org.ops4j.pax.web.cfg";
  private static final String PASSWORD = "correct-horse";

  /** For whoever would take a call and not answer it. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Program program = Program.unpack("program");
  private Instance instance;

  @BeforeEach
  void aKeyStoreThatTheOperatorMade() throws IOException {
    // A folder may have blanks in its path.
    instance = new Instance(program, "https  on my switch");
    Files.createDirectories(instance.home().resolve("keys"));
    Files.createDirectories(instance.home().resolve("etc"));
    Outcome made = Outcome.of(Map.of("PASSWORD", PASSWORD), 60, Path.of(System.getProperty("java.home"), "bin/keytool").toString(), "-genkeypair", "-alias", "https",
        "-keyalg", "EC", "-dname", "CN=switch", "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", keyStore().toString(), "-storepass:env", "PASSWORD");
    assertThat(made.status()).as(made.output()).isZero();
  }

  @AfterEach
  void stop() {
    instance.close();
  }

  private Path keyStore() {
    return instance.home().resolve("keys/https.p12");
  }

  private void settings(String keyStore) throws IOException {
    instance.write(SETTINGS, """
        org.osgi.service.http.enabled = false
        org.osgi.service.http.secure.enabled = true
        org.osgi.service.http.port.secure = %d
        org.ops4j.pax.web.listening.addresses = 127.0.0.1
        org.ops4j.pax.web.ssl.keystore = ${strowger.home}/keys/%s
        org.ops4j.pax.web.ssl.keystore.type = PKCS12
        org.ops4j.pax.web.ssl.keystore.password = $[secret:https-password]
        org.ops4j.pax.web.ssl.key.password = $[secret:https-password]
        """.formatted(instance.httpPort(), keyStore));
  }

  @Test
  void restIsServedOverTlsOrNotAtAll() throws Exception {
    settings("https.p12");
    instance.write("keys/https-password", "wrong-horse");
    String said = instance.start("--sip-host", loopback());
    assertThat(said).contains((loopback().equals("::1") ? "[::1]:" : "127.0.0.1:") + instance.sipPort() + ", UDP and TCP   (phones on other machines");
    assertThat(said).contains("HTTPS will not be served").contains(keyStore().toString()).contains("password was incorrect").contains("nobody listens on https://127.0.0.1:" + instance.httpPort())
        .doesNotContain("wrong-horse", "/api/v1");
    assertThat(instance.logged("org.ops4j.pax.web.ssl.keystore.password does not open " + keyStore())).hasSize(1);
    assertThat(instance.logged("Unable to start Pax Web server")).isEmpty();
    nothingIsServed();

    // Mended while the switch runs: the file behind $[secret:…], then a setting.
    instance.write("keys/https-password", PASSWORD);
    Waiting.until(() -> overTls() == 200);
    assertThat(overTls("/accounts", "admin", "admin")).isEqualTo(401);
    assertThat(inTheClear()).isNotEqualTo(200);

    settings("elsewhere.p12");
    Waiting.until(() -> !instance.logged("elsewhere.p12 is not there").isEmpty());
    Waiting.until(() -> overTls() == 0);
    nothingIsServed();
    assertThat(instance.status().status()).as("calls go on").isZero();

    settings("https.p12");
    Waiting.until(() -> overTls() == 200);
    assertThat(instance.read("log/strowger.log") + instance.read("log/console.log")).doesNotContain(PASSWORD, "wrong-horse");
    instance.stop();
    // A list that leaves out the host of strowger.properties: the start asks where the switch listens.
    instance.write("etc/org.strowger.sip.cfg", "sip.listen = tcp:127.0.0.2:${strowger.sip.port}\n");
    said = instance.start();
    assertThat(said).contains("--home " + instance.home().toString().replace(" ", "\\ ")).contains("SIP       127.0.0.2:" + instance.sipPort() + ", TCP");
    assertThat(said).contains("https://127.0.0.1:" + instance.httpPort() + "/api/v1").doesNotContain("will not be served");
    assertThat(overTls()).isEqualTo(200);
  }

  private int overTls() {
    try {
      return overTls("/accounts", "admin", instance.read("keys/admin-password").strip());
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** For SIP, which is asked by IPv6 where this machine has it. */
  private static String loopback() {
    try (var socket = new DatagramSocket(new InetSocketAddress("::1", 0))) {
      return "::1";
    } catch (SocketException without) {
      return "127.0.0.1";
    }
  }

  private void nothingIsServed() throws Exception {
    assertThat(overTls("/accounts", "admin", "any")).as("HTTPS").isZero();
    assertThat(inTheClear()).as("HTTP on the port of HTTPS").isZero();
  }

  /** @return status, 0 if nobody answers */
  private int overTls(String path, String user, String password) throws IOException, GeneralSecurityException, InterruptedException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore())) {
      trusted.load(in, PASSWORD.toCharArray());
    }
    KeyStore certificate = KeyStore.getInstance("PKCS12");
    certificate.load(null, null);
    certificate.setCertificateEntry("switch", trusted.getCertificate("https"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(certificate);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    return status(HttpClient.newBuilder().sslContext(tls), HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + instance.httpPort() + "/api/v1" + path))
        .header("Authorization", "Basic " + basic));
  }

  private int inTheClear() throws InterruptedException {
    return status(HttpClient.newBuilder(), HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.httpPort() + "/health")));
  }

  private static int status(HttpClient.Builder client, HttpRequest.Builder request) throws InterruptedException {
    try {
      return client.connectTimeout(PATIENCE).build()
          .send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException nobody) {
      return 0;
    }
  }
}
