"""What the ERP keeps in its DynamoDB table.

| what                | pk                              | sk             | gsi1: by                      | gsi2: by                                |
|---------------------|---------------------------------|----------------|-------------------------------|-----------------------------------------|
| a doctor            | `DOCTOR#<id>`                   | `REGISTRATION` | `DOCTORS`: folded name, id    | `DOCTORS#<status>`: folded name, id     |
| an admin            | `ADMIN#<id>`                    | `ADMIN`        |                               |                                         |
| a login, once       | `LOGIN#CRM#<number>/<UF>`       | `LOGIN`        |                               |                                         |
|                     | `LOGIN#EMAIL#<pool>#<email>`    |                |                               |                                         |
| an invoice          | `INVOICE#<appointment id>`      | `INVOICE`      | `INVOICES`: issued at, id     | `INVOICES#<status>`: issued at, id      |
| a remembered answer | `IDEMPOTENCY#<actor>#<key>`     | `ANSWER`       |                               |                                         |
"""  # noqa: E501  a table's rows do not wrap
