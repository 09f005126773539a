"""What a provider of OpenID Connect says of a person, believed only once proven (ADR 18).

allauth drives the exchange (state, PKCE, code); here stand the rules it leaves out: bounded
answers, documents that mean what they must, the checks of OpenID Connect Core 1.0, 3.1.3.7.
"""
