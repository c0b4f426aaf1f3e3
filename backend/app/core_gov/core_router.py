"""Router of all endpoints under /core."""

from fastapi import APIRouter

from backend.app.core_gov.access.router import accessing
from backend.app.core_gov.audit.router import router as audit
from backend.app.core_gov.comms.consent.router import router as consent
from backend.app.core_gov.comms.delivery.router import router as deliveries
from backend.app.core_gov.comms.inbound.router import router as inbox
from backend.app.core_gov.comms.router import router as comms
from backend.app.core_gov.exports.router import router as exports
from backend.app.core_gov.history.router import router as history
from backend.app.core_gov.jobs.router import router as jobs
from backend.app.core_gov.jv.agreements.service import check_currency_change
from backend.app.core_gov.jv.router import joint_ventures
from backend.app.core_gov.jv.router import router as jv
from backend.app.core_gov.market.router import router as market
from backend.app.core_gov.market.search.router import searching
from backend.app.core_gov.notes.router import router as notes
from backend.app.core_gov.property.router import router as property_
from backend.app.core_gov.property.service import locate
from backend.app.core_gov.repairs.router import router as repairs
from backend.app.core_gov.schedules.router import router as schedules
from backend.app.core_gov.search.router import router as search
from backend.app.core_gov.valuation.router import router as valuation
from backend.app.core_gov.views.router import router as views
from backend.app.core_gov.views.service import change_owner
from backend.app.deals.router import changing
from backend.app.deals.router import router as deals

core = APIRouter(prefix="/core")
core.include_router(search)
core.include_router(comms)
core.include_router(deliveries)
core.include_router(consent)
core.include_router(inbox)
core.include_router(jv)
core.include_router(joint_ventures)
core.include_router(property_)
core.include_router(repairs)
core.include_router(market)
core.include_router(searching(locate))
core.include_router(valuation)
core.include_router(schedules)
core.include_router(deals)
core.include_router(changing(check_currency_change))
core.include_router(jobs)
core.include_router(notes)
core.include_router(views)
core.include_router(history)
core.include_router(accessing(change_owner))
core.include_router(audit)
core.include_router(exports)
