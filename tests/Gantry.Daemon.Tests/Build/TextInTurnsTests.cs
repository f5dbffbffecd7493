using System.Text;
using Gantry.Daemon.Build;

namespace Gantry.Daemon.Tests.Build;

public sealed class TextInTurnsTests
{
    private readonly StringBuilder _told = new();

    private TextInTurns Begin(int count) => new(count, text => _told.Append(text));

    [Fact]
    public void WhoComesLaterWaitsForThoseBefore()
    {
        TextInTurns turns = Begin(3);
        turns.Say(1, "b1 ");
        turns.Say(0, "a1 ");
        turns.Say(2, "c1 ");
        turns.End(2);
        Assert.Equal("a1 ", _told.ToString());
        turns.End(0);
        turns.Say(1, "b2 ");
        Assert.Equal("a1 b1 b2 ", _told.ToString());
        turns.End(1);
        turns.Say(0, "end");
        Assert.Equal("a1 b1 b2 c1 end", _told.ToString());
    }

    [Fact]
    public void AtAFailureAllIsToldInOrder()
    {
        TextInTurns turns = Begin(3);
        turns.Say(2, "c");
        turns.Say(1, "b");
        turns.Say(0, "a");
        turns.EndAll();
        Assert.Equal("abc", _told.ToString());
    }

    [Fact]
    public void OfOneThatWaitsTheBeginningAndTheEndAreKept()
    {
        TextInTurns turns = Begin(2);
        turns.Say(1, "begun");
        for (int i = 0; i < 400; i++) turns.Say(1, new string('y', 1 << 14));
        turns.Say(1, "ended");
        turns.End(0);
        Assert.StartsWith("begun", _told.ToString());
        Assert.Contains("is left out here", _told.ToString());
        Assert.EndsWith("ended", _told.ToString());
        Assert.InRange(_told.Length, 1 << 20, 3 << 20);
    }
}
