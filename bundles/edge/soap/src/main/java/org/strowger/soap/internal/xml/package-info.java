/** What the SOAP operations say and hear. From these classes the WSDL is made: a change here changes it for every client. */
@XmlSchema(namespace = Names.NAMESPACE, elementFormDefault = XmlNsForm.QUALIFIED)
@XmlJavaTypeAdapter(type = Instant.class, value = XmlTime.class)
package org.strowger.soap.internal.xml;

import java.time.Instant;
import javax.xml.bind.annotation.XmlNsForm;
import javax.xml.bind.annotation.XmlSchema;
import javax.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
