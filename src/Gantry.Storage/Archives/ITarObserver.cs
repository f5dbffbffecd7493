namespace Gantry.Storage.Archives;

/// <summary>Sees what goes into an archive, member by member, so that the same can be made elsewhere from one reading.</summary>
internal interface ITarObserver
{
    void Begin(TarEntry entry);

    /// <summary>The next piece of a regular file.</summary>
    void Content(ReadOnlySpan<byte> piece);

    /// <summary>The member is whole.</summary>
    void End();
}
