//! `loa devices`: the sound outputs by the ids that go into station.yaml.

use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::{Failure, Outcome, output};
use crate::equipment::sound::{Output, devices};
use crate::words::Message;

pub fn run(context: &Context) -> Outcome {
    let outputs = devices().map_err(|fault| Failure::world(Message::Sound { why: context.say(&fault) }))?;
    if context.json {
        let item = |output: &Output| json!({ "id": output.id, "description": output.description });
        return output::print_json(context, &json!({ "devices": outputs.iter().map(item).collect::<Vec<Value>>() }));
    }
    for device in &outputs {
        output::print(context, &format!("{}\t{}\n", device.id, device.description))?;
    }
    if outputs.is_empty() {
        context.tell(&Message::NoDevices);
    }
    Ok(())
}
