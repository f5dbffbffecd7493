using Gantry.Linux.Events;
using Gantry.Linux.Files;

namespace Gantry.Linux.Tests.Events;

public sealed class EpollTests
{
    [Fact]
    public void WhatIsReadyComesBackWithItsTag()
    {
        var (read, write) = Descriptor.Pipe();
        using (read) using (write) using (Epoll epoll = new())
        {
            epoll.Add(read.Number, EpollEvents.Read, 42);
            EpollReady[] ready = new EpollReady[4];
            Assert.Equal(0, epoll.Wait(ready, 0));
            Descriptor.WriteAll(write.Number, "x"u8);
            Assert.Equal(1, epoll.Wait(ready));
            Assert.Equal(new EpollReady(EpollEvents.Read, 42), ready[0]);
        }
    }

    [Fact]
    public void ATimerFiresOnce()
    {
        using TimerDescriptor timer = new();
        using Epoll epoll = new();
        epoll.Add(timer.Number, EpollEvents.Read, 1);
        timer.Set(TimeSpan.FromMilliseconds(5));
        EpollReady[] ready = new EpollReady[1];
        Assert.Equal(1, epoll.Wait(ready, 5000));
        Assert.True(timer.Take());
        Assert.False(timer.Take());
    }
}
