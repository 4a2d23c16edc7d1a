package org.strowger.phone;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A registrar for the phone's own tests: challenges, keeps one contact per AOR, lists what it has. */
final class MiniRegistrar implements AutoCloseable {

  final Challenger challenger;
  final Phone phone;
  final Map<String, String> bindings = new ConcurrentHashMap<>();

  MiniRegistrar(TransportKind transport, String local, int status, List<Digest.Algorithm> algorithms) {
    challenger = new Challenger(status, "test", algorithms).user("alice", "secret");
    phone = Phone.builder().user("registrar").transport(transport).local(local).challenger(challenger).build();
    phone.onRequest(request -> request.method().equals("REGISTER") ? register(request) : null);
  }

  private SipMessage register(SipMessage request) {
    String aor = request.to().user();
    if (request.header("Expires").orElse("").equals("0")) {
      bindings.remove(aor);
      return SipMessage.response(200, "OK");
    }
    bindings.put(aor, request.contact().orElseThrow().uri());
    return SipMessage.response(200, "OK").with("Contact", "<" + bindings.get(aor) + ">;expires=" + request.header("Expires").orElse("60"));
  }

  String address() {
    return "127.0.0.1:" + phone.local().getPort();
  }

  @Override
  public void close() {
    phone.close();
  }
}
