using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>The newest time of all that was copied; 1970 where nothing was.</summary>
internal sealed class NewestTime
{
    private bool _any;

    public FileTime Value { get; private set; }

    public void Add(FileTime time)
    {
        if (_any && !time.IsAfter(Value)) return;
        Value = time;
        _any = true;
    }
}
