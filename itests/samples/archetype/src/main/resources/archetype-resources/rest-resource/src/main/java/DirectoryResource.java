package ${package};

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.strowger.kernel.StrowgerException;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.api.RestRequest;
import org.strowger.rest.spi.RestResource;

/** A directory of numbers and names. */
@Component(configurationPid = "${package}.directory")
@Designate(ocd = DirectoryConfig.class)
public final class DirectoryResource implements RestResource {

  private final Map<String, Contact> contacts = new TreeMap<>();

  @Activate
  public DirectoryResource(DirectoryConfig config) {
    for (String entry : config.contacts().split(",")) {
      String[] parts = entry.split("=", 2);
      if (parts.length == 2) {
        contacts.put(parts[0].strip(), new Contact(parts[0].strip(), parts[1].strip()));
      } else if (!entry.isBlank()) {
        throw new IllegalArgumentException("'" + entry.strip() + "' in contacts is not number=name");
      }
    }
  }

  @Override
  public String name() {
    return "${name}";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/${name}/contacts", "The directory", this::all).answeringListOf(Contact.SHAPE::schema),
        Endpoint.get("/${name}/contacts/{number}", "One contact", this::one).answering(Contact.SHAPE::schema));
  }

  private RestAnswer all(RestRequest request) {
    return RestAnswer.ok(contacts.values().stream().map(Contact.SHAPE::encode).toList());
  }

  private RestAnswer one(RestRequest request) {
    Contact contact = contacts.get(request.path("number"));
    if (contact == null) {
      throw StrowgerException.notFound("contact", request.path("number"));
    }
    return RestAnswer.ok(Contact.SHAPE.encode(contact));
  }
}
