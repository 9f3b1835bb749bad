//! What killed writers leave in a lake that is a folder: files beside the object they were to become, `part-0.parquet#1`.
//!
//! They are no objects: no listing shows them and no reader opens them. They are never deleted here, because one that
//! is being written at this moment looks the same; whoever knows that nothing runs may delete them.

use std::{fs, io, path::Path as FolderPath};

use object_store::Error as StoreError;

use crate::{Lake, LakeError, lake::store_error};

impl Lake {
    /// The files left beside objects, as paths inside the folder; none where the lake is no folder.
    pub fn leftovers(&self) -> Result<Vec<String>, LakeError> {
        let Some(folder) = self.local_folder() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        leftovers_in(folder, folder, &mut found).map_err(|error| {
            let source = StoreError::Generic { store: "LocalFileSystem", source: error.into() };
            store_error("list", &folder.display(), source)
        })?;
        found.sort_unstable();
        Ok(found)
    }
}

fn leftovers_in(root: &FolderPath, folder: &FolderPath, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            leftovers_in(root, &path, found)?;
        } else if is_leftover(&entry.file_name().to_string_lossy()) {
            found.push(path.strip_prefix(root).unwrap_or(&path).display().to_string());
        }
    }
    Ok(())
}

fn is_leftover(name: &str) -> bool {
    let number = name.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beside_an_object_is_found_and_an_object_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::folder(folder.path()).unwrap();
        fs::create_dir(folder.path().join("silver")).unwrap();
        for name in ["part-0.parquet", "part-0.parquet#1", "note#x"] {
            fs::write(folder.path().join("silver").join(name), "").unwrap();
        }
        assert_eq!(lake.leftovers().unwrap(), ["silver/part-0.parquet#1"]);
        assert!(Lake::in_memory().leftovers().unwrap().is_empty());
    }
}
