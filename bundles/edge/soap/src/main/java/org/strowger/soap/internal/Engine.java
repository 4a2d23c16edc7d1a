package org.strowger.soap.internal;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.jws.WebParam;
import javax.servlet.ServletConfig;
import javax.servlet.ServletException;
import javax.xml.namespace.QName;
import javax.xml.validation.Schema;
import org.apache.cxf.Bus;
import org.apache.cxf.BusFactory;
import org.apache.cxf.endpoint.Server;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.jaxws.JaxWsServerFactoryBean;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.message.Message;
import org.apache.cxf.phase.AbstractPhaseInterceptor;
import org.apache.cxf.phase.Phase;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.apache.cxf.ws.addressing.EndpointReferenceUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.strowger.soap.internal.xml.Names;

/** CXF with our one service, on a bus of its own: nothing of it is shared, all of it goes at the end. */
final class Engine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final String ADDRESS = "/v1";
  /** Faults of the caller in SOAP 1.1. */
  private static final Set<String> CALLERS = Set.of("Client", "VersionMismatch", "MustUnderstand");
  private static final Set<String> OPERATIONS = operations();

  private final Bus bus;
  private final Server server;
  private final CXFNonSpringServlet servlet;
  private final Schema schema;

  /** Takes about a second: JAXB reads the classes and the WSDL is made. */
  Engine(SwitchPort operations, ServletConfig config) throws ServletException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // CXF and JAXB look for their parts by the context class loader.
    thread.setContextClassLoader(BusFactory.class.getClassLoader());
    try {
      bus = BusFactory.newInstance().createBus();
      servlet = new CXFNonSpringServlet(null, false);
      servlet.setBus(bus);
      servlet.init(config);
      var factory = new JaxWsServerFactoryBean();
      factory.setBus(bus);
      factory.setServiceClass(SwitchPort.class);
      factory.setServiceBean(operations);
      factory.setServiceName(new QName(Names.NAMESPACE, "SwitchService"));
      factory.setEndpointName(new QName(Names.NAMESPACE, "SwitchPort"));
      factory.setAddress(ADDRESS);
      factory.setProperties(Map.of(FaultListener.class.getName(), (FaultListener) Engine::worthAStackTrace));
      factory.getOutFaultInterceptors().add(new WhoseFault());
      server = factory.create();
      schema = EndpointReferenceUtils.getSchema(server.getEndpoint().getService().getServiceInfos().get(0), bus);
    } finally {
      thread.setContextClassLoader(before);
      BusFactory.setThreadDefaultBus(null);
    }
  }

  /** What a caller did wrong is told to the caller; what we did wrong is logged by {@link Operations} with its incident. What is left is CXF's own, once. */
  private static boolean worthAStackTrace(Exception exception, String description, Message message) {
    boolean callers = exception instanceof Fault fault && CALLERS.contains(fault.getFaultCode().getLocalPart());
    boolean told = exception instanceof SwitchFault || exception.getCause() instanceof SwitchFault;
    if (callers || told) {
      LOG.debug("{}: {}", description, exception.getMessage());
    }
    return !callers && !told;
  }

  /** Whose fault it is: toolkits send again what the server says was its own. */
  private static final class WhoseFault extends AbstractPhaseInterceptor<Message> {

    WhoseFault() {
      super(Phase.PRE_STREAM);
    }

    @Override
    public void handleMessage(Message message) {
      if (message.getContent(Exception.class) instanceof Fault fault && fault.getCause() instanceof SwitchFault told && told.isCallers()) {
        fault.setFaultCode(Fault.FAULT_CODE_CLIENT);
      }
    }
  }

  /** @throws Refused if CXF could make nothing of it */
  void requireSound(byte[] message) {
    Inspection.require(message, schema, OPERATIONS);
  }

  private static Set<String> operations() {
    var names = new TreeSet<String>();
    for (Method method : SwitchPort.class.getMethods()) {
      names.add(method.getParameters()[0].getAnnotation(WebParam.class).name());
    }
    return names;
  }

  CXFNonSpringServlet servlet() {
    return servlet;
  }

  @Override
  public void close() {
    server.destroy();
    servlet.destroy();
    bus.shutdown(true);
    BusFactory.clearDefaultBusForAnyThread(bus);
  }
}
