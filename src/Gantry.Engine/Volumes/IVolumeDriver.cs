namespace Gantry.Engine.Volumes;

/// <summary>Where a kind of volume has its content, and how it comes to be at a path of this host while somebody uses it. Names, records,
/// labels and who uses what are the store's.</summary>
/// <remarks>
/// <para>The path is answered when the content is mounted and not before: a driver may not know it, or there may be none. It holds until
/// <see cref="UnmountAsync"/>, also for a daemon that is started anew meanwhile.</para>
/// <para>The calls for one volume come one after the other, those for several at once.</para>
/// </remarks>
public interface IVolumeDriver
{
    /// <summary>As requests and records name it.</summary>
    string Name { get; }

    /// <summary>Judges the options of a volume to be made. Changes nothing.</summary>
    /// <exception cref="GantryException">InvalidArgument: why it cannot be.</exception>
    void Check(string name, IReadOnlyDictionary<string, string> options);

    /// <summary>Before the first use; again when an earlier daemon has mounted it already, which then is found out and changes
    /// nothing.</summary>
    /// <returns>The path of the content.</returns>
    /// <exception cref="GantryException">Internal: it cannot be had; nothing of it is left.</exception>
    ValueTask<string> MountAsync(Volume volume, CancellationToken cancellation);

    /// <summary>Where its content can be measured, mounted or not.</summary>
    /// <returns>Null where nobody can tell.</returns>
    string? Look(Volume volume);

    /// <summary>After the last use. Does nothing when it is not mounted.</summary>
    /// <exception cref="GantryException">Internal.</exception>
    ValueTask UnmountAsync(Volume volume);

    /// <summary>The volume is about to be removed, and nobody uses it: what is outside of <see cref="Volume.Mountpoint"/> goes, and a mount
    /// that a killed daemon left. What is at that path is the store's to remove.</summary>
    /// <exception cref="GantryException">Internal: the volume stays.</exception>
    ValueTask RemoveAsync(Volume volume);
}
