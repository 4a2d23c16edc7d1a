package org.strowger.soap.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.strowger.billing.api.OnNetPolicy;
import org.strowger.billing.api.Rate;
import org.strowger.billing.api.Tariff;
import org.strowger.billing.api.TariffService;
import org.strowger.billing.api.TariffTerms;
import org.strowger.kernel.CustomerId;
import org.strowger.kernel.StrowgerException;
import org.strowger.kernel.TariffId;

/** One tariff, number 7, and its rates. */
final class FakeTariffs implements TariffService {

  private static final Tariff ONE = new Tariff(new TariffId(7), CustomerId.ROOT,
      new TariffTerms("retail", FakeSwitch.USD, new BigDecimal("0.05"), 0, BigDecimal.ZERO, 0, false, 20, 200, OnNetPolicy.FREE), 3);
  final List<Rate> rates = new ArrayList<>();

  @Override
  public Tariff create(CustomerId customer, TariffTerms terms) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Tariff update(TariffId id, int version, TariffTerms terms) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(TariffId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Tariff> find(TariffId id) {
    return Optional.of(ONE).filter(tariff -> tariff.id().equals(id));
  }

  @Override
  public Optional<Tariff> byName(CustomerId customer, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Tariff> list(CustomerId customer) {
    return List.of(ONE);
  }

  private void require(TariffId id) {
    find(id).orElseThrow(() -> StrowgerException.notFound("tariff", id));
  }

  @Override
  public void putRates(TariffId id, List<Rate> put) {
    require(id);
    put.forEach(rate -> rates.removeIf(old -> old.prefix().equals(rate.prefix())));
    rates.addAll(put);
  }

  @Override
  public void replaceRates(TariffId id, List<Rate> all) {
    require(id);
    rates.clear();
    rates.addAll(all);
  }

  @Override
  public int deleteRates(TariffId id, String prefix) {
    require(id);
    int before = rates.size();
    rates.removeIf(rate -> rate.prefix().equals(prefix));
    return before - rates.size();
  }

  @Override
  public List<Rate> rates(TariffId id, String prefix, int offset, int limit) {
    require(id);
    return rates.stream().filter(rate -> rate.prefix().startsWith(prefix)).sorted(Comparator.comparing(Rate::prefix)).skip(offset).limit(limit).toList();
  }
}
