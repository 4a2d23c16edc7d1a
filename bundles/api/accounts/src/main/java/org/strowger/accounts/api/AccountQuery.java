package org.strowger.accounts.api;

import org.strowger.kernel.RoutingGroupId;
import org.strowger.kernel.data.Setting;

/** Which accounts, in order of name. */
public record AccountQuery(
    @Setting(optional = true, help = "Part of name, VoIP login, batch tag or description, without case.") String search,
    @Setting(optional = true) String batchTag,
    @Setting(optional = true) Boolean blocked,
    @Setting(initial = "0", min = 0) int offset,
    @Setting(initial = "50", min = 1, max = 1000) int limit,
    @Setting(optional = true, help = "Only accounts that have this routing group.") RoutingGroupId routingGroup,
    @Setting(optional = true, help = "Only the account of exactly this name.") String name) {

  public static final AccountQuery ALL = new AccountQuery(null, null, null, 0, 1000);

  /** Whatever routing group they have. */
  public AccountQuery(String search, String batchTag, Boolean blocked, int offset, int limit) {
    this(search, batchTag, blocked, offset, limit, null);
  }

  /** Whatever their name. */
  public AccountQuery(String search, String batchTag, Boolean blocked, int offset, int limit, RoutingGroupId routingGroup) {
    this(search, batchTag, blocked, offset, limit, routingGroup, null);
  }

  /** Those who have this routing group. */
  public static AccountQuery having(RoutingGroupId group) {
    return new AccountQuery(null, null, null, 0, 1000, group);
  }
}
