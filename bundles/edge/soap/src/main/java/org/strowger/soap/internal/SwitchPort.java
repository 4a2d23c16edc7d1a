package org.strowger.soap.internal;

import javax.jws.WebMethod;
import javax.jws.WebParam;
import javax.jws.WebResult;
import javax.jws.WebService;
import javax.jws.soap.SOAPBinding;
import org.strowger.soap.internal.xml.Answers;
import org.strowger.soap.internal.xml.Names;
import org.strowger.soap.internal.xml.Requests;

/** The operations; document/literal, one element in and one out. */
@WebService(name = "Switch", targetNamespace = Names.NAMESPACE)
@SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
public interface SwitchPort {

  String IN = "request";
  String OUT = "answer";

  @WebMethod(operationName = "GetAccount")
  @WebResult(name = "AccountAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.OneAccount getAccount(@WebParam(name = "GetAccountRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.GetAccount request) throws SwitchFault;

  @WebMethod(operationName = "ListAccounts")
  @WebResult(name = "AccountsAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Accounts listAccounts(@WebParam(name = "ListAccountsRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.ListAccounts request) throws SwitchFault;

  @WebMethod(operationName = "CreateAccount")
  @WebResult(name = "CreatedAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Created createAccount(@WebParam(name = "CreateAccountRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.CreateAccount request) throws SwitchFault;

  @WebMethod(operationName = "AddFunds")
  @WebResult(name = "PaymentAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.OnePayment addFunds(@WebParam(name = "AddFundsRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.AddFunds request) throws SwitchFault;

  @WebMethod(operationName = "Debit")
  @WebResult(name = "PaymentAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.OnePayment debit(@WebParam(name = "DebitRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.Debit request) throws SwitchFault;

  @WebMethod(operationName = "Credit")
  @WebResult(name = "PaymentAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.OnePayment credit(@WebParam(name = "CreditRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.Credit request) throws SwitchFault;

  @WebMethod(operationName = "ListPayments")
  @WebResult(name = "PaymentsAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Payments listPayments(@WebParam(name = "ListPaymentsRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.ListPayments request) throws SwitchFault;

  @WebMethod(operationName = "ListCdrs")
  @WebResult(name = "CdrsAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Cdrs listCdrs(@WebParam(name = "ListCdrsRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.ListCdrs request) throws SwitchFault;

  @WebMethod(operationName = "ListTariffs")
  @WebResult(name = "TariffsAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Tariffs listTariffs(@WebParam(name = "ListTariffsRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.ListTariffs request) throws SwitchFault;

  @WebMethod(operationName = "ListRates")
  @WebResult(name = "RatesAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Rates listRates(@WebParam(name = "ListRatesRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.ListRates request) throws SwitchFault;

  @WebMethod(operationName = "PutRates")
  @WebResult(name = "RatesChangedAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.RatesChanged putRates(@WebParam(name = "PutRatesRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.PutRates request) throws SwitchFault;

  @WebMethod(operationName = "ReplaceRates")
  @WebResult(name = "RatesChangedAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.RatesChanged replaceRates(@WebParam(name = "ReplaceRatesRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.ReplaceRates request) throws SwitchFault;

  @WebMethod(operationName = "DeleteRates")
  @WebResult(name = "RatesChangedAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.RatesChanged deleteRates(@WebParam(name = "DeleteRatesRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.DeleteRates request) throws SwitchFault;

  @WebMethod(operationName = "CreateTariff")
  @WebResult(name = "TariffAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.OneTariff createTariff(@WebParam(name = "CreateTariffRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.CreateTariff request) throws SwitchFault;

  @WebMethod(operationName = "ListPlans")
  @WebResult(name = "PlansAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Plans listPlans(@WebParam(name = "ListPlansRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.ListPlans request) throws SwitchFault;

  @WebMethod(operationName = "CreatePlan")
  @WebResult(name = "PlanAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.OnePlan createPlan(@WebParam(name = "CreatePlanRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.CreatePlan request) throws SwitchFault;

  @WebMethod(operationName = "SimulateCall")
  @WebResult(name = "SimulatedAnswer", targetNamespace = Names.NAMESPACE, partName = OUT)
  Answers.Simulated simulateCall(@WebParam(name = "SimulateCallRequest", targetNamespace = Names.NAMESPACE, partName = IN) Requests.SimulateCall request) throws SwitchFault;
}
