//! `loa level`: the response level in force.

use serde_json::json;

use crate::cli::args::LevelArgs;
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::store::{LevelChange, Store};
use crate::time::rfc3339;
use crate::words::Message;

pub fn run(context: &Context, args: &LevelArgs) -> Outcome {
    let papers = context.papers_quietly()?;
    let levels = &papers.config.levels;
    let Some(level) = &args.level else {
        let store = context.existing_store()?;
        let changes = store.as_ref().map(Store::levels).transpose().map_err(|fault| store_failure(&fault))?;
        let last = changes.unwrap_or_default().pop();
        let Some(level) = last.as_ref().map(|change| change.level.clone()).or_else(|| levels.first().cloned()) else {
            return Err(Failure::not_so(Message::NoLevels));
        };
        let since = last.as_ref().map(|change| rfc3339(change.at, &papers.config.timezone));
        let directive = last.map(|change| change.directive).unwrap_or_default();
        if context.json {
            output::print_json(
                context,
                &json!({ "level": level, "since": since, "directive": directive, "levels": levels }),
            )?;
        } else {
            let parts = [since.unwrap_or_default(), directive];
            let known = parts.iter().filter(|part| !part.is_empty());
            let since = known.fold(String::new(), |text, part| format!("{text}, {part}"));
            output::print(context, &format!("{}\n", context.say(&Message::LevelInForce { level, since })))?;
        }
        return Ok(());
    };
    if levels.is_empty() {
        return Err(Failure::not_so(Message::NoLevels));
    }
    if !levels.contains(level) {
        let known = levels.join(", ");
        return Err(Failure::usage(Message::NoSuchLevel { level: level.clone(), known }));
    }
    let directive = args.directive.clone().unwrap_or_default();
    let change = LevelChange { level: level.clone(), directive, at: context.now() };
    context.store()?.set_level(&change).map_err(|fault| store_failure(&fault))?;
    context.tell(&Message::LevelSet { level: level.clone() });
    Ok(())
}
