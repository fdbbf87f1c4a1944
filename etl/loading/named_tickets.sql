-- One row a ticket that a fact names: whoever is responsible for it.
SELECT ticket_id AS link, agent_id
FROM tickets
SEMI JOIN wanting ON wanting.link = tickets.ticket_id
