package org.strowger.rating.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.strowger.billing.api.DurationRounding;

@ObjectClassDefinition(id = "org.strowger.rating", name = "Strowger rating")
@interface RatingConfig {

  @AttributeDefinition(description = "From measured to billed seconds of on-net calls, on the whole switch: ROUND (half up) or ROUND_UP. Acts on calls set up afterwards.")
  DurationRounding onNetRounding() default DurationRounding.ROUND;
}
