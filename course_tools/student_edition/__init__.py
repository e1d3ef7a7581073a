"""The chapters without their solutions, for students to work in and for instructors to hand out and grade."""
