using Gantry.Daemon;

return await DaemonProcess.RunAsync(args);
