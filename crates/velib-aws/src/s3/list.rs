//! Listings, page after page of 1,000 keys, in ascending byte order of the key as S3 gives them.
//!
//! Keys that end in `/` are the folder markers that consoles leave behind; they hold nothing and are passed over.

use aws_sdk_s3::{
    operation::list_objects_v2::{ListObjectsV2Output, builders::ListObjectsV2FluentBuilder},
    types::Object,
};
use futures::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use object_store::{Error, Extensions, ListResult, ObjectMeta, Result, path::Path};

use super::{
    S3Store,
    error::Failed,
    get::{instant, size},
};

/// A listing under way.
struct Pages {
    request: ListObjectsV2FluentBuilder,
    failed: Failed,
    is_over: bool,
}

impl S3Store {
    /// Every object below a prefix, after `offset` where one is given.
    pub(super) fn list_objects(
        &self,
        prefix: Option<&Path>,
        offset: Option<&Path>,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let mut pages = self.pages(prefix);
        pages.request = pages.request.set_start_after(offset.map(ToString::to_string));
        let objects = stream::try_unfold(pages, async |mut pages: Pages| {
            let page = pages.next().await?;
            Ok::<_, Error>(page.map(|page| (stream::iter(pages.objects_of(page.contents)), pages)))
        });
        objects.try_flatten().boxed()
    }

    /// What lies directly below a prefix: objects, and the next path segments as folders.
    pub(super) async fn list_folder(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let mut pages = self.pages(prefix);
        pages.request = pages.request.delimiter("/");
        let (mut objects, mut common_prefixes) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next().await? {
            for object in pages.objects_of(page.contents) {
                objects.push(object?);
            }
            for folder in page.common_prefixes.unwrap_or_default() {
                common_prefixes.push(Path::parse(folder.prefix.unwrap_or_default())?);
            }
        }
        Ok(ListResult { common_prefixes, objects, extensions: Extensions::default() })
    }

    /// Prefixes match whole path segments: `date=2026-11-2` is no prefix of `date=2026-11-20/…`.
    fn pages(&self, prefix: Option<&Path>) -> Pages {
        let folder = prefix.filter(|prefix| !prefix.as_ref().is_empty()).map(|prefix| format!("{prefix}/"));
        let request = self.client.list_objects_v2().bucket(&self.bucket).set_prefix(folder);
        let failed = self.failed("listing", prefix.unwrap_or(&Path::ROOT));
        Pages { request, failed, is_over: false }
    }
}

impl Pages {
    async fn next(&mut self) -> Result<Option<ListObjectsV2Output>> {
        if self.is_over {
            return Ok(None);
        }
        let answer = self.request.clone().send().await;
        let page = answer.map_err(|cause| self.failed.clone().because(&cause))?;
        self.is_over = page.next_continuation_token.is_none();
        self.request = self.request.clone().set_continuation_token(page.next_continuation_token.clone());
        Ok(Some(page))
    }

    fn objects_of(&self, contents: Option<Vec<Object>>) -> Vec<Result<ObjectMeta>> {
        let contents = contents.unwrap_or_default().into_iter();
        let objects = contents.filter(|object| !object.key().is_some_and(|key| key.ends_with('/')));
        objects.map(|object| describe(object, &self.failed)).collect()
    }
}

fn describe(object: Object, failed: &Failed) -> Result<ObjectMeta> {
    Ok(ObjectMeta {
        location: Path::parse(object.key.unwrap_or_default())?,
        last_modified: instant(object.last_modified, failed)?.into(),
        size: size(object.size, failed)?,
        e_tag: object.e_tag,
        version: None,
    })
}
