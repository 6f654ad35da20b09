return Zufs.Supervision.SupervisorProgram.Run();
