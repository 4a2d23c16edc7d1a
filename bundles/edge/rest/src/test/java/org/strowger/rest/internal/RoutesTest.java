package org.strowger.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.strowger.rest.api.Endpoint;
import org.strowger.rest.api.RestAnswer;
import org.strowger.rest.internal.Routes.Offer;

class RoutesTest {

  private static final Endpoint.Handler NOTHING = request -> RestAnswer.noContent();

  private final Routes routes = new Routes(List.of(
      new Offer("accounts", List.of(
          Endpoint.get("/accounts", "list", NOTHING), Endpoint.post("/accounts", "create", NOTHING),
          Endpoint.get("/accounts/{id}", "get", NOTHING), Endpoint.get("/accounts/search", "search", NOTHING),
          Endpoint.delete("/accounts/{name}", "delete", NOTHING))),
      new Offer("funds", List.of(Endpoint.post("/accounts/{account}/funds", "add", NOTHING)))));

  @Test
  void findsByMethodAndPath() {
    assertThat(found("GET", "/accounts")).isEqualTo("list");
    assertThat(found("POST", "/accounts/")).isEqualTo("create");
    assertThat(routes.find("POST", List.of("accounts", "7", "funds")).path()).isEqualTo(Map.of("account", "7"));
  }

  @Test
  void prefersAWordToAName() {
    assertThat(found("GET", "/accounts/search")).isEqualTo("search");
    assertThat(found("GET", "/accounts/searching")).isEqualTo("get");
  }

  @Test
  void goesBackWhereAWordLeadsNowhere() {
    assertThat(found("DELETE", "/accounts/search")).isEqualTo("delete");
    assertThat(found("POST", "/accounts/search/funds")).isEqualTo("add");
  }

  @Test
  void namesAreThoseOfTheEndpoint() {
    assertThat(routes.find("GET", List.of("accounts", "7")).path()).isEqualTo(Map.of("id", "7"));
    assertThat(routes.find("DELETE", List.of("accounts", "a b/c")).path()).isEqualTo(Map.of("name", "a b/c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/account", "/accounts/7/fund", "/accounts//funds", "/accounts/7/funds/8", "/Accounts"})
  void hasNothingElsewhere(String path) {
    assertThatThrownBy(() -> found("GET", path)).isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(404));
  }

  @Test
  void saysWhichMethodsThereAre() {
    assertThatThrownBy(() -> found("PUT", "/accounts/search")).isInstanceOfSatisfying(Refusal.class, refusal -> {
      assertThat(refusal.status()).isEqualTo(405);
      assertThat(refusal.headers()).containsEntry("Allow", "DELETE, GET, HEAD, OPTIONS");
    });
  }

  @Test
  void servesTheLaterOfTwo() {
    var both = new Routes(List.of(new Offer("x", List.of(Endpoint.get("/x", "old", NOTHING))), new Offer("x", List.of(Endpoint.get("/x", "new", NOTHING)))));
    assertThat(both.find("GET", List.of("x")).endpoint().summary()).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "accounts", "/", "/a//b", "/a/{}", "/a/{b c}", "/a/x{b}", "/a b", "/a/"})
  void publishesNoBrokenPath(String path) {
    assertThatThrownBy(() -> new Offer("x", List.of(Endpoint.get(path, "s", NOTHING)))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("GET " + path);
  }

  private String found(String method, String path) {
    return routes.find(method, Percent.segments(path)).endpoint().summary();
  }
}
