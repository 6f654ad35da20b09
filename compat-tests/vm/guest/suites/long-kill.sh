# Two hundred killed workers.
sh /suites/kill.sh 200
