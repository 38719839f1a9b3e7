//! Models in memory, and the job that is not done.

use std::rc::Rc;

use galant_pipeline::LoadedModel;

use crate::answer::Answer;
use crate::compose::Composing;
use crate::error::Refusal;
use crate::job::Job;
use crate::request::{ModelNumber, Request};
use crate::slice::Slice;
use crate::{compose, harmonize, load, originality, read, sound, vary, write};

/// The most models in memory.
const MAX_MODELS: usize = 16;

/// What the page works with.
#[derive(Debug, Default)]
pub(crate) struct Studio {
    /// By number, from 1.
    models: Vec<Rc<LoadedModel>>,
    job: Option<Job>,
}

impl Studio {
    /// Does what a request asks, or its first part; a job that is not done is dropped.
    pub(crate) fn begin(&mut self, json: &[u8], bytes: &[u8]) -> Answer {
        self.job = None;
        let request: Request = match serde_json::from_slice(json) {
            Ok(request) => request,
            Err(error) => return Answer::failed(&format!("the request is not understood: {error}")),
        };
        match self.answer(request, bytes) {
            Ok(Begun::Done(answer)) => answer,
            Ok(Begun::Job(job)) => {
                let of = job.n_parts();
                self.job = Some(job);
                Answer::going(0, of)
            }
            Err(Refusal(why)) => Answer::failed(&why),
        }
    }

    /// Does the next part of the job.
    pub(crate) fn resume(&mut self) -> Answer {
        let Some(job) = self.job.take() else { return Answer::failed("there is nothing to go on with") };
        match job.step() {
            Ok(Slice::Going(job, done)) => {
                let of = job.n_parts();
                self.job = Some(job);
                Answer::going(done, of)
            }
            Ok(Slice::Done(answer)) => answer,
            Err(Refusal(why)) => Answer::failed(&why),
        }
    }

    fn answer(&mut self, request: Request, bytes: &[u8]) -> Result<Begun, Refusal> {
        Ok(match request {
            Request::Load(request) => {
                if self.models.len() == MAX_MODELS {
                    return Err(Refusal::new(format!(
                        "{MAX_MODELS} models are loaded; reload the page to load others"
                    )));
                }
                let model = load::load(bytes)?;
                let answer = load::describe(&model, &request, self.models.len() + 1);
                self.models.push(Rc::new(model));
                Begun::Done(answer)
            }
            Request::Compose(request) => Begun::composing(compose::begin(self.model(request.model)?, &request)?),
            Request::Continue(request) => Begun::composing(compose::begin_after(self.model(request.model)?, &request)?),
            Request::Vary(request) => Begun::composing(vary::begin(self.model(request.model)?, &request)?),
            Request::Harmonize(request) => {
                Begun::Job(Job::Harmonize(harmonize::begin(self.model(request.model)?, &request)?))
            }
            Request::Render(request) => Begun::Done(sound::render_piece(&request)?),
            Request::Write(request) => Begun::Done(write::write(&request)?),
            Request::Read(request) => Begun::Done(read::read(&request, bytes)?),
            Request::Originality(request) => Begun::Done(originality::compare(&*self.model(request.model)?, &request)?),
        })
    }

    fn model(&self, ModelNumber(number): ModelNumber) -> Result<Rc<LoadedModel>, Refusal> {
        let model = number.checked_sub(1).and_then(|place| self.models.get(place));
        model.cloned().ok_or_else(|| {
            Refusal::new(format!("there is no model {number}; {} are loaded, counted from 1", self.models.len()))
        })
    }
}

/// A request that is answered, or one that takes longer.
enum Begun {
    Done(Answer),
    Job(Job),
}

impl Begun {
    fn composing(composing: Box<Composing>) -> Begun {
        Begun::Job(Job::Compose(composing))
    }
}
