namespace Gantry.Base.Tests;

public sealed class RendezvousTests
{
    private readonly Rendezvous<string> _meeting = new(TimeProvider.System, TimeSpan.FromMinutes(1));

    [Fact]
    public async Task WhoComesFirstWaits()
    {
        Task<string?> waiting = _meeting.WaitAsync("one", TestContext.Current.CancellationToken);
        Assert.Equal(Reserved.Yours, _meeting.Reserve("one"));
        Assert.False(waiting.IsCompleted);
        _meeting.Announce("one", "here");
        Assert.Equal("here", await waiting);
        Assert.Equal("here", await _meeting.WaitAsync("one", TestContext.Current.CancellationToken));
        Assert.Equal("here", _meeting.Find("one"));
        Assert.Equal(["here"], _meeting.All);
        _meeting.Remove("one");
        Assert.Null(_meeting.Find("one"));
    }

    [Fact]
    public void ANameIsTakenOnceAndThereIsAnEndToThem()
    {
        Assert.Equal(Reserved.Yours, _meeting.Reserve("one", most: 2));
        Assert.Equal(Reserved.Taken, _meeting.Reserve("one", most: 2));
        Assert.Equal(Reserved.Yours, _meeting.Reserve("two", most: 2));
        Assert.Equal(Reserved.Full, _meeting.Reserve("three", most: 2));
        Assert.Equal(Reserved.Taken, _meeting.Reserve("two", most: 2));
        // A name that is taken stands for nothing yet.
        Assert.Null(_meeting.Find("one"));
        Assert.Empty(_meeting.All);
    }

    [Fact]
    public async Task WhatDoesNotComeIsNull()
    {
        Rendezvous<string> impatient = new(TimeProvider.System, TimeSpan.Zero);
        Assert.Null(await impatient.WaitAsync("one", TestContext.Current.CancellationToken));
    }
}
