using System.Runtime.CompilerServices;

// Every native signature here is blittable, so calls cost no marshalling stub and are the same under the JIT and ahead of time.
[assembly: DisableRuntimeMarshalling]
