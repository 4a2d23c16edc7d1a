package org.strowger.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** JMX comes when the operator asks for it, for administrators only, and goes without a trace. */
@ExtendWith(SharedInstance.class)
class JmxTest {

  @Test
  void anAdministratorIsLetInAndNobodyElse(Instance instance) throws Exception {
    String admin = instance.read("keys/admin-password").strip();
    List<String> before = bundles(instance);
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    instance.write("etc/org.strowger.jmx.cfg", "port = " + port + "\n");
    assertThatThrownBy(() -> connect(port, "admin", admin)).as("before it is installed").isInstanceOf(IOException.class);
    var made = Pattern.compile("\"password\":\"([^\"]+)\"").matcher(instance.shell("switch:user-create --json jim viewer"));
    assertThat(made.find()).isTrue();
    try {
      instance.shell("feature:install strowger-jmx");
      Waiting.until(() -> !instance.logged("JMX for administrators at service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port).isEmpty());
      assertThat(bundles(instance)).containsAll(before).hasSize(before.size() + 1);

      try (JMXConnector connector = connect(port, "admin", admin)) {
        MBeanServerConnection beans = connector.getMBeanServerConnection();
        assertThat(beans.getAttribute(new ObjectName("java.lang:type=Runtime"), "Pid")).isEqualTo(Long.parseLong(instance.read("strowger.pid").strip()));
      }
      assertThatThrownBy(() -> connect(port, "jim", made.group(1))).as("a viewer").isInstanceOf(SecurityException.class);
      assertThatThrownBy(() -> connect(port, "admin", "admin")).as("a wrong password").isInstanceOf(SecurityException.class);
      assertThatThrownBy(() -> connect(port, null, null)).as("nobody").isInstanceOf(SecurityException.class);
    } finally {
      instance.tell("switch:user-delete jim");
      instance.tell("feature:uninstall strowger-jmx");
      Files.delete(instance.home().resolve("etc/org.strowger.jmx.cfg"));
    }
    assertThat(bundles(instance)).isEqualTo(before);
    assertThatThrownBy(() -> connect(port, "admin", admin)).as("after it was taken out").isInstanceOf(IOException.class);
  }

  private static JMXConnector connect(int port, String user, String password) throws IOException {
    Map<String, Object> environment = new HashMap<>();
    if (user != null) {
      environment.put(JMXConnector.CREDENTIALS, new String[] {user, password});
    }
    return JMXConnectorFactory.connect(new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/strowger"), environment);
  }

  private static List<String> bundles(Instance instance) {
    return List.of(instance.shell("switch:bundles --json").strip().replaceAll("^\\[|\\]$", "").split("(?<=\\}),\\s*"));
  }
}
