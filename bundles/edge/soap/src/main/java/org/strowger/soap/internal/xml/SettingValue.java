package org.strowger.soap.internal.xml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.bind.annotation.XmlAccessType;
import javax.xml.bind.annotation.XmlAccessorType;
import javax.xml.bind.annotation.XmlAttribute;
import javax.xml.bind.annotation.XmlElement;
import javax.xml.bind.annotation.XmlType;
import org.strowger.accounts.api.SettingsSchema;
import org.strowger.kernel.InvalidInput;
import org.strowger.kernel.data.FieldSchema;

/** A setting of a feature. A list of these, so that the WSDL stays when features come and go. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "Setting")
public class SettingValue {

  @XmlAttribute(required = true)
  public String feature;

  @XmlAttribute(required = true)
  public String name;

  @XmlElement(required = true)
  public Value value;

  /** Secrets are left out. */
  public static List<SettingValue> of(SettingsSchema schema, Map<String, Object> settings) {
    var list = new ArrayList<SettingValue>();
    for (FieldSchema field : schema.schema().fields()) {
      if (!field.secret()) {
        var setting = new SettingValue();
        setting.feature = schema.feature();
        setting.name = field.name();
        setting.value = Value.of(field, settings.get(field.name()));
        list.add(setting);
      }
    }
    return list;
  }

  /** Plain data by feature and name. @throws InvalidInput for a setting that stands twice */
  public static Map<String, Map<String, Object>> plain(List<SettingValue> settings) {
    var features = new LinkedHashMap<String, Map<String, Object>>();
    for (SettingValue setting : settings) {
      String where = "features." + setting.feature + "." + setting.name;
      Map<String, Object> feature = features.computeIfAbsent(setting.feature, id -> new LinkedHashMap<>());
      if (feature.containsKey(setting.name)) {
        throw new InvalidInput(where, null, "is given once");
      }
      feature.put(setting.name, setting.value == null ? null : setting.value.plain(where));
    }
    return features;
  }
}
