using System.Text;

namespace Gantry.Daemon.Build;

/// <summary>Texts that are written side by side, told one after the other: the first as it comes, each other one when those before it have
/// ended.</summary>
/// <param name="write">Gets the text; one call at a time.</param>
internal sealed class TextInTurns(int count, Action<string> write)
{
    /// <summary>Characters of one that are kept until its turn comes: its beginning and its end.</summary>
    private const int MostKept = 1 << 20;

    private readonly Lock _gate = new();
    private readonly StringBuilder[] _waiting = [.. Enumerable.Range(0, count).Select(static _ => new StringBuilder())];
    private readonly bool[] _ended = new bool[count];
    private int _turn;

    public void Say(int which, string text)
    {
        lock (_gate)
        {
            if (which <= _turn) write(text);
            else Keep(_waiting[which], text);
        }
    }

    /// <summary>It has no more to say for now; what it says later is told at once when its turn was.</summary>
    public void End(int which)
    {
        lock (_gate)
        {
            _ended[which] = true;
            while (_turn < count && _ended[_turn])
                if (++_turn < count) Tell(_waiting[_turn]);
        }
    }

    /// <summary>Whatever was said is told.</summary>
    public void EndAll()
    {
        for (int i = 0; i < count; i++) End(i);
    }

    private void Tell(StringBuilder text)
    {
        if (text.Length > 0) write(text.ToString());
        text.Clear();
    }

    private static void Keep(StringBuilder text, string more)
    {
        const int half = MostKept / 2;
        text.Append(more);
        if (text.Length <= 2 * MostKept) return;
        text.Remove(half, text.Length - MostKept)
            .Insert(half, "\n[more than is kept of a platform that is built beside another is left out here]\n");
    }
}
