package org.strowger.jmx.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.rmi.AlreadyBoundException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.rmi.server.UnicastRemoteObject;
import java.util.Base64;
import java.util.Map;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXPrincipal;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;
import javax.management.remote.rmi.RMIJRMPServerImpl;
import javax.security.auth.Subject;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.kernel.InvalidInput;
import org.strowger.rest.api.Login;
import org.strowger.rest.api.Role;

/** The Java machine's MBeans over RMI, for administrators. Registry and connector share one port on one address. */
@Component(service = {}, immediate = true, configurationPid = "org.strowger.jmx")
@Designate(ocd = JmxConfig.class)
public final class JmxDoor {

  static final String NAME = "strowger";

  private static final Logger LOG = LoggerFactory.getLogger(JmxDoor.class);
  private static final String RMI_HOST = "java.rmi.server.hostname";
  private static final String REFUSED = "user and password of an administrator are needed";
  private static final int LONGEST = 1_024;

  /** One socket factory for both: two that are not equal would need two ports. */
  private record On(InetAddress address) implements RMIServerSocketFactory {
    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
      return new ServerSocket(port, 0, address);
    }
  }

  private final Login login;
  private final Registry registry;
  private final JMXConnectorServer server;

  @Activate
  public JmxDoor(@Reference Login login, JmxConfig config) throws IOException, AlreadyBoundException {
    this(login, config.host(), config.port());
  }

  JmxDoor(Login login, String host, int port) throws IOException, AlreadyBoundException {
    if (port < 1 || port > 65_535) {
      throw new InvalidInput("port", port, "is 1 to 65535");
    }
    this.login = login;
    var sockets = new On(InetAddress.getByName(host));
    if (System.getProperty(RMI_HOST) == null) {
      System.setProperty(RMI_HOST, host);
    }
    registry = LocateRegistry.createRegistry(port, null, sockets);
    try {
      // Whoever is not in yet may send text only: nothing else is made from what arrives.
      Map<String, Object> environment = Map.of(JMXConnectorServer.AUTHENTICATOR, (JMXAuthenticator) this::authenticate,
          RMIConnectorServer.CREDENTIALS_FILTER_PATTERN, "java.lang.String;!*");
      var connector = new RMIJRMPServerImpl(port, null, sockets, environment);
      server = new RMIConnectorServer(new JMXServiceURL("rmi", host, port), environment, connector, ManagementFactory.getPlatformMBeanServer());
      server.start();
      registry.bind(NAME, connector.toStub());
    } catch (IOException | AlreadyBoundException | RuntimeException e) {
      UnicastRemoteObject.unexportObject(registry, true);
      throw e;
    }
    LOG.info("JMX for administrators at service:jmx:rmi:///jndi/rmi://{}:{}/{}", host, port, NAME);
  }

  @Deactivate
  void close() throws IOException {
    try {
      server.stop();
    } finally {
      UnicastRemoteObject.unexportObject(registry, true);
    }
  }

  /** @param credentials an array of name and password */
  private Subject authenticate(Object credentials) {
    if (!(credentials instanceof String[] pair) || pair.length != 2 || pair[0] == null || pair[1] == null
        || pair[0].length() + pair[1].length() > LONGEST || pair[0].indexOf(':') >= 0) {
      throw new SecurityException(REFUSED);
    }
    String basic = Base64.getEncoder().encodeToString((pair[0] + ":" + pair[1]).getBytes(StandardCharsets.UTF_8));
    if (login.byAuthorization("Basic " + basic, source()) instanceof Login.Answer.Granted granted && granted.caller().role() == Role.ADMIN) {
      return subject(granted.caller().name());
    }
    throw new SecurityException(REFUSED);
  }

  private static Subject subject(String name) {
    var subject = new Subject();
    subject.getPrincipals().add(new JMXPrincipal(name));
    subject.setReadOnly();
    return subject;
  }

  private static String source() {
    try {
      return RemoteServer.getClientHost();
    } catch (ServerNotActiveException e) {
      return "unknown";
    }
  }
}
