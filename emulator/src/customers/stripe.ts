/** The links of customers to Stripe's. No Stripe app is installed yet, so there are none. */
export class StripeLinks {
  forget(_customerId: string): void {}
  linkForSubject(_customerId: string, _stripeCustomerId: string): void {}
}
