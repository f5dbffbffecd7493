using Gantry.Linux.Processes;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts.Kept;

/// <summary>The files of a client's directory as they lie here: <c>&lt;name&gt;/tree</c>, with <c>index</c> and <c>record.json</c>.
/// </summary>
/// <param name="key">The directory that it is of.</param>
internal sealed class KeptTree(string path, string key)
{
    public const string RecordName = "record.json", IndexName = "index", TreeName = "tree";

    public string Key => key;

    public string Name => Path.GetFileName(path);

    public string Directory => path;

    public string Tree => Path.Combine(path, TreeName);

    public string Index => Path.Combine(path, IndexName);

    public KeptRecord? Record { get; private set; }

    /// <summary>Builds that read it or compare with it: only who is alone changes it.</summary>
    public int Users { get; set; }

    /// <returns>Null for what is not whole, or was written in another boot.</returns>
    public static KeptTree? TryFind(string path)
    {
        KeptTree tree = new(path, Path.GetFileNameWithoutExtension(path));
        try
        {
            tree.Record = JsonFile.Load(Path.Combine(path, RecordName), KeptJson.Default.KeptRecord);
        }
        catch (DamagedFileException)
        {
            return null;
        }
        return tree.Record?.Boot == HostBoot.Id && File.Exists(tree.Index) ? tree : null;
    }

    public static KeptTree Make(string path, string key)
    {
        OwnDirectory.Make(path, OwnDirectory.OwnerOnly);
        KeptTree tree = new(path, key);
        System.IO.Directory.CreateDirectory(tree.Tree, OwnDirectory.OwnerOnly);
        // Who has it mounted in a step may be anybody; on the host nobody gets as far as here.
        Linux.Files.Node.SetMode(null, tree.Tree, Octal.O755);
        return tree;
    }

    /// <summary>That it cannot be written costs what it says after a restart.</summary>
    public void Keep(KeptRecord record)
    {
        Record = record;
        try
        {
            JsonFile.Save(Path.Combine(path, RecordName), record, KeptJson.Default.KeptRecord, durable: false);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A full disk.
        }
    }

    /// <summary>What would not go keeps nobody from anything: the next start tries again.</summary>
    public static void TryRemove(string path)
    {
        try
        {
            TreeRemoval.Remove(path);
        }
        catch (Exception e) when (Expected.Any(e))
        {
        }
    }
}
