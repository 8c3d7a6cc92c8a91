//! The rules once more, in plain Rust, from the design and not from the policy files.
//!
//! Not here: Cedar. Each rule can be left out ([`Slip`]) to show that the comparison notices.

use policy::{Action, MemberKind, Principal, Role};
use record::{Clause, Kind, Tlp};

use crate::world::Item;

/// A mistake to make on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    InactiveMayAct,
    TokenMayAll,
    RestrictionForgotten,
    FiveClausesFine,
    ClauseIsAlternative,
    FourthClauseForgotten,
    GreenIgnoresAudience,
    AmberOriginatorMustBeNamed,
    AmberEmptyIsEveryone,
    AmberForSensors,
    AmberPersonsOnly,
    AmberPurposeForgotten,
    OnePurposeIsEnough,
    StrictCountsCommunities,
    StrictForServices,
    RedOriginatorMaySee,
    RedByOrganisation,
    RedForServices,
    CreateForOthers,
    CreateWithoutPurpose,
    CreateByAuditor,
    CreateAnythingBySensor,
    ObservationByMember,
    SignalByOperator,
    AssessmentByPlanner,
    DecisionByPlanner,
    AmendByOthers,
    AmendByColleague,
    AmendRetracted,
    AmendUnseen,
    ReleaseUnseen,
    ReleaseByService,
    ReleaseStale,
    ReleaseByOthers,
    RetractByOthers,
    RetractNeedsSight,
    EraseByAuthor,
    EraseByService,
    EraseStale,
    EraseByOthers,
    AcknowledgeUnseen,
    AcknowledgeByAuditor,
    AcknowledgeBySensor,
    RestrictByMember,
    RestrictUnseen,
    AdministerOthers,
    AdministerStale,
    AdministerByService,
    AreaByAnyCoordinator,
    AreaByAdministrator,
    AuditOthers,
    AuditByAdministrator,
    WatchOthers,
    WatchByMember,
    WatchBySensor,
    OperateForOthers,
    OperateByMember,
    OperateBySensor,
    PlanForOthers,
    PlanByMember,
    PlanByOperator,
    PlanBySensor,
}

impl Slip {
    pub const ALL: [Self; 62] = [
        Self::InactiveMayAct,
        Self::TokenMayAll,
        Self::RestrictionForgotten,
        Self::FiveClausesFine,
        Self::ClauseIsAlternative,
        Self::FourthClauseForgotten,
        Self::GreenIgnoresAudience,
        Self::AmberOriginatorMustBeNamed,
        Self::AmberEmptyIsEveryone,
        Self::AmberForSensors,
        Self::AmberPersonsOnly,
        Self::AmberPurposeForgotten,
        Self::OnePurposeIsEnough,
        Self::StrictCountsCommunities,
        Self::StrictForServices,
        Self::RedOriginatorMaySee,
        Self::RedByOrganisation,
        Self::RedForServices,
        Self::CreateForOthers,
        Self::CreateWithoutPurpose,
        Self::CreateByAuditor,
        Self::CreateAnythingBySensor,
        Self::ObservationByMember,
        Self::SignalByOperator,
        Self::AssessmentByPlanner,
        Self::DecisionByPlanner,
        Self::AmendByOthers,
        Self::AmendByColleague,
        Self::AmendRetracted,
        Self::AmendUnseen,
        Self::ReleaseUnseen,
        Self::ReleaseByService,
        Self::ReleaseStale,
        Self::ReleaseByOthers,
        Self::RetractByOthers,
        Self::RetractNeedsSight,
        Self::EraseByAuthor,
        Self::EraseByService,
        Self::EraseStale,
        Self::EraseByOthers,
        Self::AcknowledgeUnseen,
        Self::AcknowledgeByAuditor,
        Self::AcknowledgeBySensor,
        Self::RestrictByMember,
        Self::RestrictUnseen,
        Self::AdministerOthers,
        Self::AdministerStale,
        Self::AdministerByService,
        Self::AreaByAnyCoordinator,
        Self::AreaByAdministrator,
        Self::AuditOthers,
        Self::AuditByAdministrator,
        Self::WatchOthers,
        Self::WatchByMember,
        Self::WatchBySensor,
        Self::OperateForOthers,
        Self::OperateByMember,
        Self::OperateBySensor,
        Self::PlanForOthers,
        Self::PlanByMember,
        Self::PlanByOperator,
        Self::PlanBySensor,
    ];
}

/// What a question is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    Item(&'a Item),
    Organisation(&'a base::ids::OrganisationId),
    Area,
}

/// The rules, with at most one mistake.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    pub slip: Option<Slip>,
}

impl Model {
    fn slips(self, slip: Slip) -> bool {
        self.slip == Some(slip)
    }

    pub fn allows(self, who: &Principal, action: Action, about: About<'_>) -> bool {
        if !who.active && !self.slips(Slip::InactiveMayAct) {
            return false;
        }
        if let Some(scopes) = &who.scopes
            && !scopes.contains(&action)
            && !self.slips(Slip::TokenMayAll)
        {
            return false;
        }
        match about {
            About::Item(item) => self.item(who, action, item),
            About::Organisation(organisation) => {
                let own = who.organisation == *organisation;
                match action {
                    Action::Administer => {
                        (own || self.slips(Slip::AdministerOthers))
                            && who.roles.contains(&Role::Administrator)
                            && self.may_administer(who)
                    }
                    Action::Audit => {
                        (own || self.slips(Slip::AuditOthers))
                            && (who.roles.contains(&Role::Auditor)
                                || self.slips(Slip::AuditByAdministrator)
                                    && who.roles.contains(&Role::Administrator))
                    }
                    Action::Watch => {
                        (own || self.slips(Slip::WatchOthers))
                            && (who.roles.contains(&Role::Analyst)
                                || self.slips(Slip::WatchByMember) && who.roles.contains(&Role::Member))
                            && (who.kind != MemberKind::Sensor || self.slips(Slip::WatchBySensor))
                    }
                    Action::Operate => {
                        (own || self.slips(Slip::OperateForOthers))
                            && (who.roles.contains(&Role::Operator)
                                || self.slips(Slip::OperateByMember) && who.roles.contains(&Role::Member))
                            && (who.kind != MemberKind::Sensor || self.slips(Slip::OperateBySensor))
                    }
                    Action::Plan => {
                        (own || self.slips(Slip::PlanForOthers))
                            && (who.roles.contains(&Role::Planner)
                                || who.roles.contains(&Role::Coordinator)
                                || self.slips(Slip::PlanByMember) && who.roles.contains(&Role::Member)
                                || self.slips(Slip::PlanByOperator) && who.roles.contains(&Role::Operator))
                            && (who.kind != MemberKind::Sensor || self.slips(Slip::PlanBySensor))
                    }
                    _ => false,
                }
            }
            About::Area => {
                let role = if self.slips(Slip::AreaByAdministrator) {
                    Role::Administrator
                } else {
                    Role::Coordinator
                };
                action == Action::Administer
                    && (who.host || self.slips(Slip::AreaByAnyCoordinator))
                    && who.roles.contains(&role)
                    && self.may_administer(who)
            }
        }
    }

    fn may_administer(self, who: &Principal) -> bool {
        (who.reauthenticated || self.slips(Slip::AdministerStale))
            && (who.kind == MemberKind::Person || self.slips(Slip::AdministerByService))
    }

    fn item(self, who: &Principal, action: Action, item: &Item) -> bool {
        if item.label.audience.len() > 4 && !self.slips(Slip::FiveClausesFine) {
            return false;
        }
        let own = who.organisation == item.label.originator;
        let author = who.member == item.author;
        let coordinator = who.roles.contains(&Role::Coordinator);
        let administrator = who.roles.contains(&Role::Administrator);
        let person = who.kind == MemberKind::Person;
        let colleague = author || coordinator || self.slips(Slip::AmendByColleague);
        let sees = |slip| self.sees(who, item) || self.slips(slip);
        match action {
            Action::See => self.sees(who, item),
            Action::Create => self.creates(who, item, own),
            Action::Amend => {
                (own || self.slips(Slip::AmendByOthers))
                    && colleague
                    && (!item.retracted || self.slips(Slip::AmendRetracted))
                    && sees(Slip::AmendUnseen)
            }
            Action::Release => {
                (own || self.slips(Slip::ReleaseByOthers))
                    && (author || coordinator)
                    && (person || self.slips(Slip::ReleaseByService))
                    && (who.reauthenticated || self.slips(Slip::ReleaseStale))
                    && sees(Slip::ReleaseUnseen)
            }
            Action::Retract => {
                (own || self.slips(Slip::RetractByOthers))
                    && (author || coordinator)
                    && (!self.slips(Slip::RetractNeedsSight) || self.sees(who, item))
            }
            Action::Erase => {
                (own || self.slips(Slip::EraseByOthers))
                    && (administrator || coordinator || self.slips(Slip::EraseByAuthor) && author)
                    && (person || self.slips(Slip::EraseByService))
                    && (who.reauthenticated || self.slips(Slip::EraseStale))
            }
            Action::Acknowledge => {
                (works(who) || self.slips(Slip::AcknowledgeByAuditor))
                    && (who.kind != MemberKind::Sensor || self.slips(Slip::AcknowledgeBySensor))
                    && sees(Slip::AcknowledgeUnseen)
            }
            Action::Restrict => {
                (coordinator || administrator || self.slips(Slip::RestrictByMember))
                    && sees(Slip::RestrictUnseen)
            }
            Action::Administer | Action::Audit | Action::Watch | Action::Operate | Action::Plan => false,
        }
    }

    fn creates(self, who: &Principal, item: &Item, own: bool) -> bool {
        let has = |role| who.roles.contains(&role);
        let service = who.kind == MemberKind::Service;
        let sensor = who.kind == MemberKind::Sensor;
        if !own && !self.slips(Slip::CreateForOthers) {
            return false;
        }
        if !item.label.purposes.is_subset(&who.purposes) && !self.slips(Slip::CreateWithoutPurpose) {
            return false;
        }
        if sensor && item.kind != Kind::Observation && !self.slips(Slip::CreateAnythingBySensor) {
            return false;
        }
        match item.kind {
            Kind::Report | Kind::Alert | Kind::Request | Kind::Reply | Kind::Notice | Kind::Lesson => {
                works(who) || self.slips(Slip::CreateByAuditor)
            }
            Kind::Observation => {
                has(Role::Operator)
                    || service
                    || sensor
                    || self.slips(Slip::ObservationByMember) && has(Role::Member)
            }
            Kind::Signal => {
                has(Role::Analyst) || service || self.slips(Slip::SignalByOperator) && has(Role::Operator)
            }
            Kind::Assessment => {
                has(Role::Analyst)
                    || has(Role::Coordinator)
                    || self.slips(Slip::AssessmentByPlanner) && has(Role::Planner)
            }
            Kind::Decision => {
                has(Role::Coordinator) || self.slips(Slip::DecisionByPlanner) && has(Role::Planner)
            }
        }
    }

    fn sees(self, who: &Principal, item: &Item) -> bool {
        let label = &item.label;
        if let Some(kept) = label.restrictions.get(&who.organisation)
            && !kept.contains(&who.member)
            && !self.slips(Slip::RestrictionForgotten)
        {
            return false;
        }
        let originator = label.originator == who.organisation;
        let named = |one: &Clause| one.members.contains(&who.member);
        let organisation = |one: &Clause| one.organisations.contains(&who.organisation);
        let community = |one: &Clause| one.communities.iter().any(|it| who.communities.contains(it));
        let nobody = label.audience.is_empty();
        let person = who.kind == MemberKind::Person;
        match label.tlp {
            Tlp::Clear => true,
            Tlp::Green => {
                let met = self.every(item, &|one| named(one) || organisation(one) || community(one));
                originator || nobody || met || self.slips(Slip::GreenIgnoresAudience)
            }
            Tlp::Amber => {
                let met = self.every(item, &|one| named(one) || organisation(one) || community(one));
                let everyone = self.slips(Slip::AmberEmptyIsEveryone);
                let own = originator && (nobody || !self.slips(Slip::AmberOriginatorMustBeNamed));
                let device = who.kind == MemberKind::Sensor && !self.slips(Slip::AmberForSensors)
                    || !person && self.slips(Slip::AmberPersonsOnly);
                let audience = own || (if nobody { everyone } else { met });
                audience && !device && (self.purposes(who, item) || self.slips(Slip::AmberPurposeForgotten))
            }
            Tlp::AmberStrict => {
                let counts = self.slips(Slip::StrictCountsCommunities);
                let met =
                    self.every(item, &|one| named(one) || organisation(one) || counts && community(one));
                (originator || !nobody && met)
                    && (person || self.slips(Slip::StrictForServices))
                    && self.purposes(who, item)
            }
            Tlp::Red => {
                let by_organisation = self.slips(Slip::RedByOrganisation);
                let met = self.every(item, &|one| named(one) || by_organisation && organisation(one));
                let own = originator && (nobody || self.slips(Slip::RedOriginatorMaySee));
                (own || !nobody && met)
                    && (person || self.slips(Slip::RedForServices))
                    && self.purposes(who, item)
            }
        }
    }

    fn every(self, item: &Item, met: &dyn Fn(&Clause) -> bool) -> bool {
        let counted = if self.slips(Slip::FourthClauseForgotten) { 3 } else { 5 };
        let mut clauses = item.label.audience.iter().take(counted);
        if self.slips(Slip::ClauseIsAlternative) { clauses.any(met) } else { clauses.all(met) }
    }

    fn purposes(self, who: &Principal, item: &Item) -> bool {
        let wanted = &item.label.purposes;
        wanted.is_subset(&who.purposes)
            || self.slips(Slip::OnePurposeIsEnough) && !wanted.is_disjoint(&who.purposes)
    }
}

/// Has a role beyond auditor and administrator.
fn works(who: &Principal) -> bool {
    who.roles.iter().any(|role| !matches!(role, Role::Auditor | Role::Administrator))
}
