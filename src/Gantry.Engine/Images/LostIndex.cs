using Gantry.Linux.Trees;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>The directory of all records is gone, as after a move of the wrong directory,
/// and what the records were of is still here.</summary>
internal sealed class LostIndex
{
    private readonly string _mark;

    /// <summary>Before the directory is made. A driver that is used for the first time has no layers,
    /// and the content is the others'.</summary>
    /// <param name="records">The directory.</param>
    public LostIndex(string allDrivers, string records, ContentStore content, ISnapshotter snapshotter)
    {
        _mark = records + ".lost";
        if (!Directory.Exists(records))
        {
            bool others = Directory.Exists(allDrivers)
                && OwnDirectory.Directories(allDrivers).Any(driver => Directory.Exists(Path.Combine(driver, "records")));
            if (snapshotter.Layers.Any() || (!others && content.All.Any()))
            {
                OwnDirectory.Make(Path.GetDirectoryName(_mark)!, OwnDirectory.OwnerOnly);
                AtomicFile.Write(_mark, "the records of all images were gone"u8, durable: true);
            }
        }
        IsLost = File.Exists(_mark);
    }

    /// <summary>Lasts over restarts, for the directory is there again at the next one.</summary>
    public bool IsLost { get; private set; }

    /// <summary>All that could be had again is here.</summary>
    public void Forget()
    {
        JsonFile.Delete(_mark);
        IsLost = false;
    }
}
