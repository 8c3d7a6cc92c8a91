//! The gate: parses and validates the policy files once, then answers every question.
//!
//! Not here: the rules themselves (`cedar/*.cedar`), what an answer turns into (server, store).

use std::collections::HashMap;

use base::ids::{ItemId, MemberId, OrganisationId};
use base::limits::AUDIENCE_CLAUSES_MAX;
use cedar_policy::{
    ActionConstraint, Authorizer, Decision as Verdict, Effect, EntityUid, Policy, PolicyId, PolicySet,
    Schema, ValidationMode, Validator,
};
use record::{Kind, VisibilityLabel};
use sha2::{Digest, Sha256};

use crate::PolicyError;
use crate::action::{Action, ActionMarker};
use crate::decision::{Decision, Permit, Reason, Refusal, Subject};
use crate::facts::{Asker, Circumstances, ItemFacts, Resource, Words};
use crate::principal::Principal;
use crate::remembered::Remembered;
use crate::sight::Sight;

const SCHEMA: &str = include_str!("cedar/schema.cedarschema");
const FILES: [(&str, &str); 5] = [
    ("always.cedar", include_str!("cedar/always.cedar")),
    ("see.cedar", include_str!("cedar/see.cedar")),
    ("create.cedar", include_str!("cedar/create.cedar")),
    ("change.cedar", include_str!("cedar/change.cedar")),
    ("govern.cedar", include_str!("cedar/govern.cedar")),
];

/// One policy in words, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// Its file.
    pub file: &'static str,
    /// Whether it allows; else it refuses, whatever else allows.
    pub permits: bool,
    /// What it says, in plain words.
    pub text: String,
}

/// The policies, ready to be asked. What they said about items is remembered, bounded.
pub struct Engine {
    authorizer: Authorizer,
    words: Words,
    /// Per action the policies that can matter to it: what cannot is not evaluated.
    sets: [PolicySet; Action::ALL.len()],
    codes: HashMap<PolicyId, Reason>,
    rules: Vec<Rule>,
    hash: [u8; 32],
    remembered: Remembered,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Engine").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

impl Engine {
    /// The policies that come with this version.
    pub fn standard() -> Result<Self, PolicyError> {
        Self::from_files(SCHEMA, &FILES)
    }

    /// SHA-256 over schema and policy files, each with its name and lengths, in fixed order.
    pub fn policy_set_hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Every policy in words, in the order of the files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether a member may do something, and why or why not. The policies are asked each time.
    pub fn decide(&self, principal: &Principal, action: Action, resource: &Resource<'_>) -> Decision {
        self.decide_for(&self.words.asker(principal), action, resource)
    }

    /// The same about an item, from memory when the very same question was asked before.
    pub fn decide_item(&self, principal: &Principal, action: Action, facts: &ItemFacts<'_>) -> Decision {
        let decide = || self.decide(principal, action, &Resource::Item(*facts));
        self.remembered.or_decide(principal, action, facts, decide)
    }

    /// The same as if the member had a session: for questions about members, not about tokens.
    pub(crate) fn decide_without_token(
        &self,
        principal: &Principal,
        action: Action,
        resource: &Resource<'_>,
    ) -> Decision {
        let now = Circumstances { in_scope: true, reauthenticated: principal.reauthenticated };
        self.ask(&self.words.asker(principal), action, resource, now)
    }

    /// A permit for one action on one item.
    pub fn permit_item<A: ActionMarker>(
        &self,
        principal: &Principal,
        item: ItemId,
        facts: &ItemFacts<'_>,
    ) -> Result<Permit<A>, Refusal> {
        self.permit(self.decide_item(principal, A::ACTION, facts), principal, Subject::Item(item))
    }

    /// A permit for one action on one organisation.
    pub fn permit_organisation<A: ActionMarker>(
        &self,
        principal: &Principal,
        organisation: &OrganisationId,
    ) -> Result<Permit<A>, Refusal> {
        let decision = self.decide(principal, A::ACTION, &Resource::Organisation(organisation));
        self.permit(decision, principal, Subject::Organisation(organisation.clone()))
    }

    /// A permit for one action on the area.
    pub fn permit_area<A: ActionMarker>(&self, principal: &Principal) -> Result<Permit<A>, Refusal> {
        self.permit(self.decide(principal, A::ACTION, &Resource::Area), principal, Subject::Area)
    }

    /// Whether items under this label may be seen: kind and author do not matter for that.
    pub fn sees_label(&self, principal: &Principal, label: &VisibilityLabel) -> bool {
        self.decide_item(principal, Action::See, &any_item(label)).is_permit()
    }

    /// Decides many labels for one member.
    pub fn sight<'a>(
        &self,
        principal: &Principal,
        labels: impl IntoIterator<Item = (u32, &'a VisibilityLabel)>,
    ) -> Sight {
        let asker = self.words.asker(principal);
        let mut sight = Sight::new(principal.clone(), self.hash);
        for (id, label) in labels {
            let resource = Resource::Item(any_item(label));
            sight.set(id, self.decide_for(&asker, Action::See, &resource).is_permit());
        }
        sight
    }

    fn permit<A: ActionMarker>(
        &self,
        decision: Decision,
        principal: &Principal,
        subject: Subject,
    ) -> Result<Permit<A>, Refusal> {
        match decision {
            Decision::Permit { policy_ids, policy_set_hash } => {
                let organisation = principal.organisation.clone();
                Ok(Permit::new(principal.member, organisation, subject, policy_ids, policy_set_hash))
            }
            Decision::Refusal(refusal) => Err(refusal),
        }
    }

    fn decide_for(&self, asker: &Asker<'_>, action: Action, resource: &Resource<'_>) -> Decision {
        let principal = asker.principal;
        let in_scope = principal.scopes.as_ref().is_none_or(|scopes| scopes.contains(&action));
        let now = Circumstances { in_scope, reauthenticated: principal.reauthenticated };
        let decision = self.ask(asker, action, resource, now);
        match &decision {
            // Only whoever could do it after signing in again is told to: else the hint would give the item away.
            Decision::Refusal(refusal) if refusal.reasons.contains(&Reason::Reauthenticate) => {
                let fresh = Circumstances { reauthenticated: true, ..now };
                match self.ask(asker, action, resource, fresh) {
                    Decision::Permit { .. } => decision,
                    without => without,
                }
            }
            _ => decision,
        }
    }

    fn ask(
        &self,
        asker: &Asker<'_>,
        action: Action,
        resource: &Resource<'_>,
        now: Circumstances,
    ) -> Decision {
        if let Some(reason) = unanswerable(action, resource) {
            return self.refuse(action, Vec::new(), vec![reason]);
        }
        let question = self.words.question(asker, action, resource, now);
        let Some((request, entities)) = question else {
            return self.refuse(action, Vec::new(), vec![Reason::Error]);
        };
        let answer = self.authorizer.is_authorized(&request, &self.sets[action as usize], &entities);
        // Cedar skips a policy that cannot be evaluated. A skipped refusal must not become a permit.
        if answer.diagnostics().errors().next().is_some() {
            return self.refuse(action, Vec::new(), vec![Reason::Error]);
        }
        let mut policy_ids: Vec<String> = answer.diagnostics().reason().map(ToString::to_string).collect();
        policy_ids.sort();
        match answer.decision() {
            Verdict::Allow => Decision::Permit { policy_ids, policy_set_hash: self.hash },
            Verdict::Deny => {
                let codes = answer.diagnostics().reason().filter_map(|id| self.codes.get(id).copied());
                let mut reasons: Vec<Reason> = codes.collect();
                reasons.sort();
                reasons.dedup();
                if reasons.is_empty() {
                    reasons.push(Reason::RoleMissing);
                }
                self.refuse(action, policy_ids, reasons)
            }
        }
    }

    fn refuse(&self, action: Action, policy_ids: Vec<String>, reasons: Vec<Reason>) -> Decision {
        Decision::Refusal(Refusal { action, policy_ids, reasons, policy_set_hash: self.hash })
    }

    pub(crate) fn from_files(
        schema_text: &'static str,
        files: &[(&'static str, &'static str)],
    ) -> Result<Self, PolicyError> {
        let (schema, _) = Schema::from_cedarschema_str(schema_text)
            .map_err(|error| PolicyError::Schema(Box::new(error)))?;
        let words = Words::new()?;
        let mut all = PolicySet::new();
        let mut sets: [PolicySet; Action::ALL.len()] = std::array::from_fn(|_| PolicySet::new());
        let mut codes = HashMap::new();
        let mut rules = Vec::new();
        for (file, text) in files {
            let parsed: PolicySet =
                text.parse().map_err(|source| PolicyError::Syntax { file, source: Box::new(source) })?;
            for policy in parsed.policies() {
                let rule = rule(file, policy)?;
                let policy = policy.new_id(PolicyId::new(&rule.id));
                if let Some(code) = code(file, &policy, &rule)? {
                    codes.insert(policy.id().clone(), code);
                }
                let unscoped = without_action(&policy, &rule.id)?;
                for action in Action::ALL {
                    if concerns(&policy, words.action(action)) {
                        add(&mut sets[action as usize], &unscoped)?;
                    }
                }
                add(&mut all, &policy)?;
                rules.push(rule);
            }
        }
        validate(schema, &all)?;
        let hash = hash(schema_text, files);
        let remembered = Remembered::default();
        Ok(Self { authorizer: Authorizer::new(), words, sets, codes, rules, hash, remembered })
    }
}

/// An item under a label, where kind and author do not matter.
fn any_item(label: &VisibilityLabel) -> ItemFacts<'_> {
    ItemFacts { label, kind: Kind::Report, author: MemberId::from_bytes([0; 16]), retracted: false }
}

/// A question no policy is asked: its answer is no.
fn unanswerable(action: Action, resource: &Resource<'_>) -> Option<Reason> {
    match resource {
        Resource::Item(facts) if facts.label.audience.len() > AUDIENCE_CLAUSES_MAX => {
            Some(Reason::TooManyClauses)
        }
        Resource::Item(_) if !action.is_about_items() => Some(Reason::RoleMissing),
        Resource::Organisation(_) if action.is_about_items() => Some(Reason::RoleMissing),
        Resource::Area if action != Action::Administer => Some(Reason::RoleMissing),
        Resource::Item(_) | Resource::Organisation(_) | Resource::Area => None,
    }
}

fn rule(file: &'static str, policy: &Policy) -> Result<Rule, PolicyError> {
    let needed = |annotation: &'static str| match policy.annotation(annotation) {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => {
            let policy = policy.annotation("id").map_or_else(|| policy.id().to_string(), ToOwned::to_owned);
            Err(PolicyError::Annotation { policy, file, annotation, what: "is missing" })
        }
    };
    let permits = policy.effect() == Effect::Permit;
    Ok(Rule { id: needed("id")?, file, permits, text: needed("reason")? })
}

fn code(file: &'static str, policy: &Policy, rule: &Rule) -> Result<Option<Reason>, PolicyError> {
    if rule.permits {
        return Ok(None);
    }
    let wrong = |what| PolicyError::Annotation { policy: rule.id.clone(), file, annotation: "code", what };
    let text = policy.annotation("code").ok_or_else(|| wrong("is missing"))?;
    Reason::from_code(text).map(Some).ok_or_else(|| wrong("is not a reason code"))
}

fn concerns(policy: &Policy, action: &EntityUid) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *action,
        ActionConstraint::In(some) => some.contains(action),
    }
}

/// The policy for a set of one action: Cedar writes out and checks the action of every policy for every question,
/// which is half of its time.
fn without_action(policy: &Policy, id: &str) -> Result<Policy, PolicyError> {
    let unusable = |error: String| PolicyError::Invalid(format!("policy {id} cannot be rewritten: {error}"));
    let mut json = policy.to_json().map_err(|error| unusable(error.to_string()))?;
    json["action"] = serde_json::json!({ "op": "All" });
    Policy::from_json(Some(policy.id().clone()), json).map_err(|error| unusable(error.to_string()))
}

fn add(set: &mut PolicySet, policy: &Policy) -> Result<(), PolicyError> {
    set.add(policy.clone()).map_err(|error| PolicyError::Set(Box::new(error)))
}

fn validate(schema: Schema, set: &PolicySet) -> Result<(), PolicyError> {
    let result = Validator::new(schema).validate(set, ValidationMode::Strict);
    let errors = result.validation_errors().map(ToString::to_string);
    let faults: Vec<String> = errors.chain(result.validation_warnings().map(ToString::to_string)).collect();
    if faults.is_empty() { Ok(()) } else { Err(PolicyError::Invalid(faults.join("; "))) }
}

fn hash(schema: &str, files: &[(&str, &str)]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for (name, text) in [("schema.cedarschema", schema)].iter().chain(files) {
        for part in [name, text] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::principal::MemberKind;

    fn with(extra: &'static str) -> Result<Engine, PolicyError> {
        let files: Vec<_> = FILES.into_iter().chain([("extra.cedar", extra)]).collect();
        Engine::from_files(SCHEMA, &files)
    }

    fn auditor() -> Principal {
        Principal {
            member: MemberId::from_bytes([1; 16]),
            organisation: "court".parse().unwrap(),
            kind: MemberKind::Person,
            roles: [crate::Role::Auditor].into(),
            communities: BTreeSet::new(),
            purposes: BTreeSet::new(),
            active: true,
            scopes: None,
            reauthenticated: false,
            host: false,
        }
    }

    #[test]
    fn the_standard_policies_are_valid() {
        let engine = Engine::standard().unwrap();
        assert_eq!(
            engine.rules().len(),
            engine.rules().iter().map(|rule| &rule.id).collect::<BTreeSet<_>>().len()
        );
        assert!(engine.rules().iter().any(|rule| rule.id == "see-red"));
    }

    #[test]
    fn a_policy_that_does_not_fit_is_refused() {
        let check = |extra, expect: &str| {
            let error = with(extra).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            let text = format!("{error}; {source}");
            assert!(text.contains(expect), "{text}");
        };
        check("permit (principal", "extra.cedar");
        check("@id(\"new\") permit (principal, action, resource);", "annotation reason is missing");
        check("@reason(\"Yes.\") permit (principal, action, resource);", "annotation id is missing");
        check(
            "@id(\"new\") @reason(\"No.\") forbid (principal, action, resource);",
            "annotation code is missing",
        );
        check(
            "@id(\"new\") @code(\"x\") @reason(\"No.\") forbid (principal, action, resource);",
            "not a reason",
        );
        check("@id(\"inactive\") @reason(\"Yes.\") permit (principal, action, resource);", "duplicate");
        check(
            "@id(\"new\") @reason(\"Yes.\") permit (principal, action, resource) when { principal.roles.contains(Role::\"boss\") };",
            "boss",
        );
    }

    #[test]
    fn a_refusal_that_cannot_be_evaluated_refuses() {
        let organisation = "court".parse().unwrap();
        let audit = |engine: &Engine| {
            engine.permit_organisation::<crate::action::Audit>(&auditor(), &organisation).map(|_| ())
        };
        assert_eq!(audit(&Engine::standard().unwrap()), Ok(()));
        let broken = with(
            "@id(\"broken\") @code(\"error\") @reason(\"Overflows.\")
             forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };",
        );
        assert_eq!(audit(&broken.unwrap()).unwrap_err().reasons, [Reason::Error]);
    }

    #[test]
    fn the_hash_tells_policy_sets_apart() {
        let standard = Engine::standard().unwrap();
        assert_eq!(standard.policy_set_hash(), Engine::standard().unwrap().policy_set_hash());
        assert_ne!(standard.policy_set_hash(), with("").unwrap().policy_set_hash());
        assert_ne!(hash("ab", &[]), hash("a", &[("b", "")]));
    }

    #[test]
    fn one_engine_serves_every_thread() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&Engine::standard().unwrap());
    }
}
