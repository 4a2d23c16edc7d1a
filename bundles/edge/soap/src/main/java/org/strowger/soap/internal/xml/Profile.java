package org.strowger.soap.internal.xml;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlType;
import org.strowger.accounts.api.AccountProfile;
import org.strowger.kernel.data.Shape;

/** What an administrator sets on an account itself. Absent fields get their initial values. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Profile", propOrder = {"name", "voipLogin", "plan", "creditLimit", "routingGroup", "timeZone", "language", "batchTag", "description",
    "lifetimeDays", "blocked"})
public class Profile {

  private static final Shape<AccountProfile> SHAPE = Shape.of(AccountProfile.class);

  @XmlElement(required = true)
  public String name;

  public String voipLogin;

  public int plan;

  public BigDecimal creditLimit;
  public Integer routingGroup;
  public String timeZone;
  public String language;
  public String batchTag;
  public String description;
  public Integer lifetimeDays;
  public Boolean blocked;

  public static Profile of(AccountProfile profile) {
    var xml = new Profile();
    xml.name = profile.name();
    xml.voipLogin = profile.voipLogin();
    xml.plan = profile.plan() == null ? 0 : profile.plan().value();
    xml.creditLimit = profile.creditLimit();
    xml.routingGroup = profile.routingGroup() == null ? null : profile.routingGroup().value();
    xml.timeZone = profile.timeZone() == null ? null : profile.timeZone().getId();
    xml.language = profile.language();
    xml.batchTag = profile.batchTag();
    xml.description = profile.description();
    xml.lifetimeDays = profile.lifetimeDays();
    xml.blocked = profile.blocked();
    return xml;
  }

  /** @throws org.strowger.kernel.InvalidInput naming every field that breaks a rule */
  public AccountProfile profile() {
    var data = new LinkedHashMap<String, Object>();
    put(data, "name", name);
    put(data, "voipLogin", voipLogin);
    put(data, "plan", (long) plan);
    put(data, "creditLimit", creditLimit == null ? null : creditLimit.toPlainString());
    put(data, "routingGroup", routingGroup == null ? null : routingGroup.longValue());
    put(data, "timeZone", timeZone);
    put(data, "language", language);
    put(data, "batchTag", batchTag);
    put(data, "description", description);
    put(data, "lifetimeDays", lifetimeDays == null ? null : lifetimeDays.longValue());
    put(data, "blocked", blocked);
    return SHAPE.decode(data);
  }

  private static void put(Map<String, Object> data, String name, Object value) {
    if (value != null) {
      data.put(name, value);
    }
  }
}
