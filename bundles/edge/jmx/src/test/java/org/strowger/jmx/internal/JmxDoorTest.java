package org.strowger.jmx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.rmi.server.ExportException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.strowger.kernel.InvalidInput;
import org.strowger.rest.api.Caller;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.Role;

class JmxDoorTest {

  private final List<String> sources = new ArrayList<>();
  private int port;
  private JmxDoor door;

  /** Knows an administrator and a reader; everybody's password is the name, reversed. */
  private final Login login = new Login() {
    @Override
    public Optional<Caller> byPassword(String name, char[] password) {
      Map<String, Role> users = Map.of("ada", Role.ADMIN, "vera", Role.READ_ONLY);
      boolean right = new StringBuilder(name).reverse().toString().equals(new String(password));
      return Optional.ofNullable(users.get(name)).filter(role -> right).map(role -> new Caller(name, role));
    }

    @Override
    public Optional<Caller> byToken(String token) {
      return Optional.empty();
    }

    @Override
    public Answer byAuthorization(String authorization, String source) {
      sources.add(source);
      String[] pair = new String(Base64.getDecoder().decode(authorization.replace("Basic ", "")), StandardCharsets.UTF_8).split(":", 2);
      return byPassword(pair[0], pair[1].toCharArray()).<Answer>map(Answer.Granted::new).orElseGet(Answer.Refused::new);
    }
  };

  @BeforeEach
  void open() throws Exception {
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    door = new JmxDoor(login, "127.0.0.1", port);
  }

  @AfterEach
  void close() throws IOException {
    if (door != null) {
      door.close();
    }
  }

  private JMXConnector connect(Object credentials) throws IOException {
    var environment = new HashMap<String, Object>();
    if (credentials != null) {
      environment.put(JMXConnector.CREDENTIALS, credentials);
    }
    return JMXConnectorFactory.connect(new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/" + JmxDoor.NAME), environment);
  }

  @Test
  void anAdministratorSeesTheJavaMachine() throws Exception {
    try (JMXConnector connector = connect(new String[] {"ada", "ada"})) {
      assertThat(connector.getMBeanServerConnection().getAttribute(new ObjectName("java.lang:type=Runtime"), "Pid")).isEqualTo(ProcessHandle.current().pid());
    }
    assertThat(sources).containsOnly("127.0.0.1");
  }

  @Test
  void nobodyElseIsLetIn() {
    for (Object credentials : new Object[] {null, new String[] {"vera", "arev"}, new String[] {"ada", "wrong"}, new String[] {"ada"}, new String[] {"ada", null},
        new String[] {"nobody", "ydobon"}, new String[] {"ada:ada", ""}, new String[] {"ada", "x".repeat(2_000)}}) {
      assertThatThrownBy(() -> connect(credentials)).isInstanceOf(SecurityException.class).hasMessageContaining("administrator");
    }
  }

  @Test
  void onlyTextIsMadeFromWhatAStrangerSends() {
    assertThatThrownBy(() -> connect(new HashMap<>(Map.of("a", "b")))).isNotInstanceOf(ClassCastException.class).hasStackTraceContaining("REJECTED");
  }

  @Test
  void aClosedDoorLetsNobodyInAndGivesItsPortBack() throws Exception {
    door.close();
    door = null;

    assertThatThrownBy(() -> connect(new String[] {"ada", "ada"})).isInstanceOf(IOException.class);
    door = new JmxDoor(login, "127.0.0.1", port);
    connect(new String[] {"ada", "ada"}).close();
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> new JmxDoor(login, "127.0.0.1", taken.getLocalPort())).isInstanceOf(ExportException.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
    }
    assertThatThrownBy(() -> new JmxDoor(login, "127.0.0.1", 0)).isInstanceOf(InvalidInput.class);
  }
}
