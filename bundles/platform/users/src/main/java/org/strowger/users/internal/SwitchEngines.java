package org.strowger.users.internal;

import java.util.Map;
import org.apache.karaf.jaas.modules.BackingEngine;
import org.apache.karaf.jaas.modules.BackingEngineFactory;
import org.apache.karaf.jaas.modules.properties.PropertiesBackingEngineFactory;
import org.osgi.service.component.annotations.Component;

/** Users behind {@link SwitchLogin} are changed as those behind Karaf's: it is the same file. One object, as long as the bundle is there: who changes the file locks it. Threads: any. */
@Component(immediate = true)
public final class SwitchEngines implements BackingEngineFactory {

  private final BackingEngineFactory karafs = new PropertiesBackingEngineFactory();

  @Override
  public String getModuleClass() {
    return SwitchLogin.class.getName();
  }

  @Override
  public BackingEngine build(Map<String, ?> options) {
    return karafs.build(options);
  }
}
